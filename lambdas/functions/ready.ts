/** GET /v1/ready: the models run, which is tried out and not assumed. */

import type { Services } from '../adapters/services.ts';
import { ApiProblem } from '../api/problem.ts';
import { predict } from '../core/predict.ts';
import type { Patient } from '../core/types.ts';
import { type HttpHandler, httpHandler } from './http.ts';
import { withOwnServices } from './own.ts';

/** Nothing is known of this patient, so no rule can answer in the models' place. */
const NOBODY: Patient = { findings: [], age: 40, gender: 'O', vitals: {} };

export function createReadyHandler({ model }: Pick<Services, 'model'>): HttpHandler {
  return httpHandler({ route: 'ready' }, async () => {
    try {
      const { knowledge, runMembers } = await model();
      await predict(knowledge, NOBODY, false, runMembers);
      return { body: { status: 'ready', model_version: knowledge.bundle.version } };
    } catch {
      throw new ApiProblem('MODEL_UNAVAILABLE');
    }
  });
}

export const handler = withOwnServices(createReadyHandler);
