/**
 * What of AWS's events GitHub is told: an alarm that keeps ringing, or an event told twice, starts one workflow.
 *
 * What it returns Lambda puts on a bus of its own (the function's success destination); a rule there sends `dispatch`,
 * as it stands, to GitHub.
 */

import { Logger } from '@aws-lambda-powertools/logger';
import type { EventBridgeEvent } from 'aws-lambda';
import * as z from 'zod';
import { newUuid, systemClock } from '../adapters/clock.ts';
import { createDynamoClient } from '../adapters/dynamo.ts';
import { createDatabase } from '../adapters/store/database.ts';
import { createDispatches, type Dispatches } from '../adapters/store/dispatches.ts';
import { failureForLog } from './failure.ts';

const ALARM = 'CloudWatch Alarm State Change';
const MODEL_PACKAGE = 'SageMaker Model Package State Change';

type AlarmEvent = EventBridgeEvent<
  typeof ALARM,
  { readonly alarmName: string; readonly state: { readonly timestamp: string } }
>;
type ModelPackageEvent = EventBridgeEvent<
  typeof MODEL_PACKAGE,
  { readonly ModelPackageGroupName: string; readonly ModelPackageArn: string }
>;
export type DispatchingEvent = AlarmEvent | ModelPackageEvent;

/** The body of GitHub's `repository_dispatch`: at most ten properties in its payload, nothing of patients. */
export interface Dispatch {
  readonly event_type: 'retrain' | 'deploy-model';
  readonly client_payload: Readonly<Record<string, string>>;
}

export interface Decision {
  /** Null where GitHub was told a while ago. */
  readonly dispatch: Dispatch | null;
}

export interface DedupeDeps {
  readonly dispatches: Dispatches;
  readonly stage: string;
  readonly windowSeconds: number;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

export type Dedupe = (event: DispatchingEvent) => Promise<Decision>;

/**
 * Where the store fails the event is passed on: an alarm rings once, and a training that is not needed costs an hour of
 * machines, for the workflow runs one at a time and a person approves what comes of it; one that was needed and never
 * began costs patients a worse model.
 */
export function createDedupe({ dispatches, stage, windowSeconds, logger }: DedupeDeps): Dedupe {
  return async (event) => {
    const { key, dispatch } = dispatchOf(event, stage);
    const isFirst = await dispatches.claim(key, windowSeconds).catch((error: unknown) => {
      logger.error('Dispatched without knowing whether it was before', { failure: failureForLog(error) });
      return true;
    });
    logger.info('dispatch', { event_id: event.id, event_type: dispatch.event_type, is_first: isFirst });
    return { dispatch: isFirst ? dispatch : null };
  };
}

/** An alarm counts as the same by its name, an approval by its event: whoever approves again means it. */
function dispatchOf(event: DispatchingEvent, stage: string): { key: string; dispatch: Dispatch } {
  const { id, time } = event;
  if (event['detail-type'] === ALARM) {
    const { alarmName, state } = event.detail;
    return {
      key: `retrain#${alarmName}`,
      dispatch: {
        event_type: 'retrain',
        client_payload: { stage, alarm: alarmName, since: state.timestamp, event_id: id },
      },
    };
  }
  const { ModelPackageGroupName: group, ModelPackageArn: arn } = event.detail;
  return {
    key: `deploy-model#${id}`,
    dispatch: {
      event_type: 'deploy-model',
      client_payload: { stage, model_package_group: group, model_package_arn: arn, at: time, event_id: id },
    },
  };
}

const settingsSchema = z.object({
  CENTINELA_STAGE: z.string().min(1),
  CENTINELA_TABLE_PREFIX: z.string().min(1),
  CENTINELA_DISPATCH_WINDOW_S: z.coerce.number().int().min(1),
  /** Of a local database; AWS's own without it. */
  CENTINELA_DYNAMODB_ENDPOINT: z.url().optional(),
});

let dedupe: Dedupe | undefined;

/** The Lambda function. */
export const handler: Dedupe = (event) => {
  dedupe ??= ownDedupe(settingsSchema.parse(process.env));
  return dedupe(event);
};

function ownDedupe(settings: z.infer<typeof settingsSchema>): Dedupe {
  const client = createDynamoClient(settings.CENTINELA_DYNAMODB_ENDPOINT);
  const database = createDatabase(client, settings.CENTINELA_TABLE_PREFIX, systemClock);
  return createDedupe({
    dispatches: createDispatches(database, { clock: systemClock, newId: newUuid }),
    stage: settings.CENTINELA_STAGE,
    windowSeconds: settings.CENTINELA_DISPATCH_WINDOW_S,
    logger: new Logger({ serviceName: 'centinela-dedupe' }),
  });
}
