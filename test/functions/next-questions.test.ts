import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUuid } from '../../lambdas/adapters/clock.ts';
import { toModel } from '../../lambdas/adapters/model.ts';
import type { Caller } from '../../lambdas/api/claims.ts';
import { NextQuestionsResponseSchema } from '../../lambdas/api/schemas/questions.ts';
import type { Models } from '../../lambdas/core/parts.ts';
import type { HttpHandler } from '../../lambdas/functions/http.ts';
import { createNextQuestionsHandler } from '../../lambdas/functions/next-questions.ts';
import { bundle, models } from '../fixtures/bundle.ts';
import { httpEvent } from '../fixtures/http-event.ts';
import { silentMetrics } from '../fixtures/metrics.ts';
import {
  callerOf,
  predictionRecord,
  startTestDatabase,
  storeOver,
  type TestDatabase,
} from '../fixtures/store.ts';
import { finding, patient } from '../fixtures/vocabulary.ts';

const predictionId = newUuid();
/** As an older vocabulary had it: its place is another one now. */
const STORED = patient([{ ...finding('dolor_pecho', { intensity: 7 }), term: 3 }], { age: 60, gender: 'M' });

let database: TestDatabase;
let handlerWith: (run: Models) => HttpHandler;

beforeAll(async () => {
  database = await startTestDatabase();
  const store = storeOver(database);
  handlerWith = (run) => {
    const model = toModel(bundle, run);
    return createNextQuestionsHandler({ model: async () => model, store, metrics: silentMetrics });
  };
  await store.recordPrediction(predictionRecord({ predictionId, input: STORED, modelVersion: '0.0.1' }));
});
afterAll(() => database.close());

interface Asked {
  readonly id?: string;
  readonly caller?: Caller;
  readonly query?: Record<string, string>;
  readonly run?: Models;
}

async function get({
  id = predictionId,
  caller = callerOf('hospital-a'),
  query = {},
  run = models,
}: Asked = {}) {
  const event = {
    ...httpEvent({ caller, pathParameters: { id } }),
    queryStringParameters: query,
  };
  const answer = await handlerWith(run)(event);
  return { status: answer.statusCode, body: JSON.parse(answer.body) };
}

describe('GET /v1/predictions/{id}/next-questions', () => {
  it('tells what to ask next of the stored findings, by the present models', async () => {
    const { status, body } = await get({ query: { lang: 'en' } });

    expect(status).toBe(200);
    const answer = NextQuestionsResponseSchema.parse(body);
    expect(answer).toMatchObject({ prediction_id: predictionId, model_version: bundle.version });
    expect(answer.should_stop).toBe(false);
    const labels = answer.questions.map(({ slug }) => slug);
    expect(labels).toContain('dificultad_respirar');
    // Told, or implied by what was told.
    expect(labels).not.toContain('dolor_pecho');
    expect(labels).not.toContain('dolor');
    expect(answer.questions[0]?.reasons[0]?.text).toMatch(/^Separates .+ from .+\.$/);
  });

  it('says it in Spanish, and no more than asked for', async () => {
    const { body } = await get({ query: { limit: '1' } });

    expect(body.questions).toHaveLength(1);
    expect(body.questions[0].reasons[0].text).toMatch(/^Distingue .+ de .+\.$/);
    expect(body.sufficiency === null).toBe(body.answers_to_change === null);
  });

  it("answers another tenant's, an unknown and a malformed id alike", async () => {
    const expected = { status: 404, body: { code: 'PREDICTION_NOT_FOUND' } };
    expect(await get({ caller: callerOf('hospital-b') })).toMatchObject(expected);
    expect(await get({ id: newUuid() })).toMatchObject(expected);
    expect(await get({ id: 'x'.repeat(5000) })).toMatchObject(expected);
  });

  it.each(['0', '21', '3.5', 'five', ''])('refuses %j as a limit', async (limit) => {
    const { status, body } = await get({ query: { limit } });

    expect(status).toBe(422);
    expect(body.errors).toMatchObject([
      {
        pointer: '/limit',
        code: 'BAD_FORMAT',
        message: expect.stringMatching(/de 1 a 20\.$/),
        allowed: [1, 20],
      },
    ]);
  });

  it('needs its scope, and models that run', async () => {
    const writer = { ...callerOf('hospital-a'), scopes: ['medical.feedback.write'] };
    const broken: Models = {
      ...models,
      common: async () => {
        throw new Error('out of memory');
      },
    };

    expect(await get({ caller: writer })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await get({ run: broken })).toMatchObject({ status: 503, body: { code: 'MODEL_UNAVAILABLE' } });
  });
});
