/** Called every hour: keeps as many instances of `predict` warm as the hour asks for, unless a rollout is under way. */

import { Logger } from '@aws-lambda-powertools/logger';
import * as z from 'zod';
import { createRolloutWatch, createWarmer } from '../adapters/rollout.ts';

/** What the schedule sends. */
export interface WarmEvent {
  readonly instances: number;
}

export interface KeepWarmDeps {
  readonly rolloutUnderWay: () => Promise<boolean>;
  readonly warm: (instances: number) => Promise<void>;
  readonly logger: Pick<Logger, 'info'>;
}

export type KeepWarm = (event: WarmEvent) => Promise<void>;

/**
 * Lambda refuses to change the number while an alias has two versions, and CodeDeploy waits for what is being
 * allocated: so a rollout pauses the schedule, whose next hour makes up for it.
 */
export function createKeepWarm({ rolloutUnderWay, warm, logger }: KeepWarmDeps): KeepWarm {
  return async ({ instances }) => {
    const paused = await rolloutUnderWay();
    if (!paused) await warm(instances);
    logger.info(paused ? 'paused by a rollout' : 'kept warm', { instances });
  };
}

const settingsSchema = z.object({
  CENTINELA_FUNCTION: z.string().min(1),
  CENTINELA_ALIAS: z.string().min(1),
  /** Of CodeDeploy. */
  CENTINELA_APPLICATION: z.string().min(1),
  CENTINELA_DEPLOYMENT_GROUP: z.string().min(1),
});

let keepWarm: KeepWarm | undefined;

/** The Lambda function: configured by the environment on its first call. */
export const handler: KeepWarm = (event) => {
  keepWarm ??= ownKeepWarm();
  return keepWarm(event);
};

function ownKeepWarm(): KeepWarm {
  const settings = settingsSchema.parse(process.env);
  return createKeepWarm({
    rolloutUnderWay: createRolloutWatch(settings.CENTINELA_APPLICATION, settings.CENTINELA_DEPLOYMENT_GROUP),
    warm: createWarmer(settings.CENTINELA_FUNCTION, settings.CENTINELA_ALIAS),
    logger: new Logger({ serviceName: 'centinela-keep-warm' }),
  });
}
