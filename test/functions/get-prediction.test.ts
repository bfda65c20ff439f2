import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUuid } from '../../lambdas/adapters/clock.ts';
import { createStore } from '../../lambdas/adapters/store/index.ts';
import type { Caller } from '../../lambdas/api/claims.ts';
import { createGetPredictionHandler } from '../../lambdas/functions/get-prediction.ts';
import type { HttpHandler } from '../../lambdas/functions/http.ts';
import { httpEvent } from '../fixtures/http-event.ts';
import { silentMetrics } from '../fixtures/metrics.ts';
import { callerOf, PREFIX, RETENTION_DAYS, startTestDatabase, type TestDatabase } from '../fixtures/store.ts';

const ANSWER = { prediction_id: 'p', severity: 'ENFERMEDAD_LEVE', patient_id: 'anon_1' };
const predictionId = newUuid();

let database: TestDatabase;
let handler: HttpHandler;

beforeAll(async () => {
  database = await startTestDatabase();
  const { client, vault } = database;
  const store = createStore({
    client,
    vault,
    prefix: PREFIX,
    clock: Date.now,
    newId: newUuid,
    retentionDays: RETENTION_DAYS,
  });
  handler = createGetPredictionHandler({ store, metrics: silentMetrics });
  await store.recordPrediction({
    caller: callerOf('hospital-a'),
    requestId: 'r-1',
    patientId: 'anon_1',
    predictionId,
    createdAt: new Date().toISOString(),
    input: {},
    answer: ANSWER,
    modelVersion: '1.0.0',
    severity: 'ENFERMEDAD_LEVE',
    urgent: false,
  });
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
