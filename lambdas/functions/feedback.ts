/** POST /v1/feedback: keep the clinician's later word on a prediction. */

import type { Services } from '../adapters/services.ts';
import type { Store } from '../adapters/store/index.ts';
import type { Caller } from '../api/claims.ts';
import { ApiProblem } from '../api/problem.ts';
import {
  type FeedbackRequest,
  type FeedbackResponse,
  parseFeedbackRequest,
} from '../api/schemas/feedback.ts';
import { type HttpAnswer, type HttpHandler, httpHandler } from './http.ts';
import { measure } from './measure.ts';
import { withOwnServices } from './own.ts';

export interface FeedbackDeps extends Pick<Services, 'clock' | 'newId' | 'metrics'> {
  readonly store: Pick<Store, 'addFeedback' | 'idempotent'>;
}

export function createFeedbackHandler({ store, clock, newId, metrics }: FeedbackDeps): HttpHandler {
  async function add(
    caller: Caller,
    feedback: FeedbackRequest,
    feedbackId: string,
  ): Promise<FeedbackResponse> {
    const createdAt = new Date(clock()).toISOString();
    const added = await store.addFeedback({ caller, feedbackId, createdAt, feedback });
    if (added === undefined) throw new ApiProblem('PREDICTION_NOT_FOUND');
    if (feedback.rating !== undefined) measure(metrics, caller, [['DoctorRating', feedback.rating, {}]]);
    return {
      feedback_id: feedbackId,
      prediction_id: feedback.prediction_id,
      received_at: added.receivedAt,
    };
  }

  return httpHandler(
    { route: 'feedback', metrics },
    async ({ caller, body, headers }): Promise<HttpAnswer> => {
      const key = idempotencyKey(headers);
      const feedback = parseFeedbackRequest(body);
      if (key === undefined) return { status: 201, body: await add(caller, feedback, newId()) };

      const repeatable = { tenant: caller.tenant, route: 'feedback', key, request: feedback };
      const outcome = await store.idempotent(repeatable, (id) => add(caller, feedback, id));
      switch (outcome.kind) {
        case 'key_reused':
          throw new ApiProblem('IDEMPOTENCY_KEY_REUSED');
        case 'in_flight':
          throw new ApiProblem('IDEMPOTENCY_IN_FLIGHT', { headers: { 'Retry-After': '1' } });
        case 'done':
          return {
            status: 201,
            body: outcome.result,
            headers: outcome.replayed ? { 'Idempotency-Replayed': 'true' } : {},
          };
      }
    },
  );
}

function idempotencyKey(headers: Readonly<Record<string, string>>): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined || /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new ApiProblem('MALFORMED_REQUEST', {
    detail: {
      es: 'La cabecera «Idempotency-Key» admite de 1 a 255 caracteres ASCII visibles, sin espacios.',
      en: 'The header "Idempotency-Key" takes 1 to 255 visible ASCII characters, without spaces.',
    },
  });
}

export const handler = withOwnServices(createFeedbackHandler);
