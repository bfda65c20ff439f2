/** GET /v1/predictions/{id}/next-questions: what to consider asking next, by the models as they are now. */

import type { Services } from '../adapters/services.ts';
import type { Store } from '../adapters/store/index.ts';
import { ApiProblem } from '../api/problem.ts';
import { UUID } from '../api/schemas/parts.ts';
import { NextQuestionsQuerySchema, type NextQuestionsResponse } from '../api/schemas/questions.ts';
import { validate } from '../api/validate.ts';
import { inPresentTerms } from '../core/findings.ts';
import { ModelFailure, runParts } from '../core/parts.ts';
import { nextQuestions } from '../core/questions.ts';
import type { Patient } from '../core/types.ts';
import { type HttpHandler, httpHandler } from './http.ts';
import { inInitPhase, withOwnServices } from './own.ts';
import { presentQuestions } from './present-questions.ts';
import { tryOut } from './try-out.ts';

const SHOWN = 5;

export interface NextQuestionsDeps extends Pick<Services, 'model' | 'metrics'> {
  readonly store: Pick<Store, 'getInput'>;
}

export function createNextQuestionsHandler({ model, store, metrics }: NextQuestionsDeps): HttpHandler {
  return httpHandler(
    { route: 'nextQuestions', metrics },
    async ({ caller, pathParameters, query, lang, requestId }) => {
      const { limit = SHOWN } = validate(NextQuestionsQuerySchema, query);
      const id = pathParameters.id ?? '';
      const input = UUID.test(id) ? await store.getInput(caller.tenant, id) : undefined;
      if (input === undefined) throw new ApiProblem('PREDICTION_NOT_FOUND');
      const loaded = await model();
      const { knowledge, models } = loaded;
      const patient = inPresentTerms(loaded.names, input as Patient);
      const parts = await runParts(knowledge, patient, models).catch((error: unknown) => {
        throw error instanceof ModelFailure ? new ApiProblem('MODEL_UNAVAILABLE') : error;
      });
      const body: NextQuestionsResponse = {
        prediction_id: id,
        model_version: knowledge.bundle.version,
        ...presentQuestions(loaded, nextQuestions(knowledge, patient, parts, Number(limit)), lang),
        request_id: requestId,
      };
      return { body };
    },
  );
}

export const handler = withOwnServices(createNextQuestionsHandler);

await inInitPhase(async ({ model }) => tryOut(await model()));
