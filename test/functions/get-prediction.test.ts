import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUuid } from '../../lambdas/adapters/clock.ts';
import type { Caller } from '../../lambdas/api/claims.ts';
import { createGetPredictionHandler } from '../../lambdas/functions/get-prediction.ts';
import type { HttpHandler } from '../../lambdas/functions/http.ts';
import { httpEvent } from '../fixtures/http-event.ts';
import { silentMetrics } from '../fixtures/metrics.ts';
import {
  callerOf,
  predictionRecord,
  startTestDatabase,
  storeOver,
  type TestDatabase,
} from '../fixtures/store.ts';

const ANSWER = { prediction_id: 'p', severity: 'ENFERMEDAD_LEVE', patient_id: 'anon_1' };
const predictionId = newUuid();

let database: TestDatabase;
let handler: HttpHandler;

beforeAll(async () => {
  database = await startTestDatabase();
  const store = storeOver(database);
  handler = createGetPredictionHandler({ store, metrics: silentMetrics });
  await store.recordPrediction(predictionRecord({ predictionId, answer: ANSWER }));
});
afterAll(() => database.close());

async function get(id: string, caller: Caller) {
  const answer = await handler(httpEvent({ caller, pathParameters: { id } }));
  return { status: answer.statusCode, body: JSON.parse(answer.body) };
}

describe('GET /v1/predictions/{id}', () => {
  it('answers what was answered then', async () => {
    expect(await get(predictionId, callerOf('hospital-a'))).toEqual({ status: 200, body: ANSWER });
  });

  it("answers another tenant's, an unknown and a malformed id alike", async () => {
    const expected = { status: 404, body: { code: 'PREDICTION_NOT_FOUND' } };
    expect(await get(predictionId, callerOf('hospital-b'))).toMatchObject(expected);
    expect(await get(newUuid(), callerOf('hospital-a'))).toMatchObject(expected);
    expect(await get('x'.repeat(5000), callerOf('hospital-a'))).toMatchObject(expected);
  });

  it('needs its scope, and a token that has not expired since', async () => {
    const writer = { ...callerOf('hospital-a'), scopes: ['medical.feedback.write'] };
    const expired = { ...callerOf('hospital-a'), expiresAt: 1 };
    expect(await get(predictionId, writer)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await get(predictionId, expired)).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
  });
});
