/** GET /v1/predictions/{id}: the answer as it was given. */

import type { Services } from '../adapters/services.ts';
import type { Store } from '../adapters/store/index.ts';
import { ApiProblem } from '../api/problem.ts';
import { UUID } from '../api/schemas/parts.ts';
import { type HttpHandler, httpHandler } from './http.ts';
import { withOwnServices } from './own.ts';

export interface GetPredictionDeps extends Pick<Services, 'metrics'> {
  readonly store: Pick<Store, 'getPrediction'>;
}

export function createGetPredictionHandler({ store, metrics }: GetPredictionDeps): HttpHandler {
  return httpHandler({ route: 'getPrediction', metrics }, async ({ caller, pathParameters }) => {
    const id = pathParameters.id ?? '';
    const found = UUID.test(id) ? await store.getPrediction(caller.tenant, id) : undefined;
    if (found === undefined) throw new ApiProblem('PREDICTION_NOT_FOUND');
    return { body: found.answer };
  });
}

export const handler = withOwnServices(createGetPredictionHandler);
