/** GET /v1/ready: the models run, which is tried out and not assumed. */

import type { Model } from '../adapters/model.ts';
import type { Services } from '../adapters/services.ts';
import { predict } from '../core/predict.ts';
import type { Patient } from '../core/types.ts';
import { type HttpHandler, httpHandler } from './http.ts';
import { withOwnServices } from './own.ts';

/** Nothing is known of this patient, so no rule can answer in the models' place. */
const NOBODY: Patient = { findings: [], age: 40, gender: 'O', vitals: {} };

export function createReadyHandler({ model, metrics }: Pick<Services, 'model' | 'metrics'>): HttpHandler {
  return httpHandler({ route: 'ready', metrics }, async () => {
    const loaded = await model();
    await tryOut(loaded);
    return { body: { status: 'ready', model_version: loaded.knowledge.bundle.version } };
  });
}

/**
 * Makes a prediction of nobody in particular.
 *
 * @throws ModelUnavailableError where the models do not run; its `cause` says why.
 */
export async function tryOut({ knowledge, models }: Model): Promise<void> {
  await predict(knowledge, NOBODY, { unknownFindings: false, now: 0, explain: false }, models);
}

export const handler = withOwnServices(createReadyHandler);
