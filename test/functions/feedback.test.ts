import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newUuid } from '../../lambdas/adapters/clock.ts';
import type { Store } from '../../lambdas/adapters/store/index.ts';
import { createFeedbackHandler } from '../../lambdas/functions/feedback.ts';
import type { HttpHandler } from '../../lambdas/functions/http.ts';
import { httpEvent } from '../fixtures/http-event.ts';
import { keptMetrics, silentMetrics } from '../fixtures/metrics.ts';
import {
  callerOf,
  predictionRecord,
  startTestDatabase,
  storeOver,
  type TestDatabase,
} from '../fixtures/store.ts';

const RECEIVED_AT = '2026-11-21T10:00:00.000Z';
const clock = () => Date.parse(RECEIVED_AT);
const UUID = expect.stringMatching(/^[0-9a-f-]{36}$/);

let database: TestDatabase;
let store: Store;
let handler: HttpHandler;
let predictionId: string;

beforeAll(async () => {
  database = await startTestDatabase();
  store = storeOver(database, clock);
  handler = createFeedbackHandler({ store, clock, newId: newUuid, metrics: silentMetrics });
});
afterAll(() => database.close());
beforeEach(async () => {
  predictionId = newUuid();
  await store.recordPrediction(
    predictionRecord({ patientId: undefined, predictionId, createdAt: RECEIVED_AT }),
  );
});

const body = (change: Record<string, unknown> = {}) => ({
  prediction_id: predictionId,
  correct: true,
  basis: 'imaging',
  seen_before_answer: false,
  rating: 5,
  ...change,
});

async function post(request: Partial<Parameters<typeof httpEvent>[0]>) {
  const {
    statusCode,
    headers,
    body: text,
  } = await handler(httpEvent({ caller: callerOf('hospital-a'), body: body(), ...request }));
  return { status: statusCode, headers: headers ?? {}, body: JSON.parse(text) };
}

describe('POST /v1/feedback', () => {
  it('acknowledges what it has stored', async () => {
    const answer = await post({});
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({ feedback_id: UUID, prediction_id: predictionId, received_at: RECEIVED_AT });
  });

  it('tells the rating once, where there is one', async () => {
    const { metrics, kept } = keptMetrics();
    const measured = createFeedbackHandler({ store, clock, newId: newUuid, metrics });
    const headers = { 'Idempotency-Key': newUuid() };
    const send = (given: unknown, sent: Record<string, string> = {}) =>
      measured(httpEvent({ caller: callerOf('hospital-a'), headers: sent, body: given }));
    const { rating: _, ...unrated } = body();

    await send(body({ rating: 4 }), headers);
    await send(body({ rating: 4 }), headers);
    await send(unrated);
    await send(body({ prediction_id: newUuid() }));

    expect(kept.filter(([name]) => name === 'DoctorRating')).toEqual([['DoctorRating', 4, {}]]);
  });

  it('takes two pieces of feedback without a key for two', async () => {
    const [first, second] = [await post({}), await post({})];
    expect(second.status).toBe(201);
    expect(second.body.feedback_id).not.toBe(first.body.feedback_id);
  });

  it('replays the answer to the same key and body', async () => {
    const headers = { 'Idempotency-Key': newUuid() };
    const first = await post({ headers });
    const second = await post({ headers });
    expect(second.status).toBe(201);
    expect(second.body).toEqual(first.body);
    expect(first.headers).not.toHaveProperty('Idempotency-Replayed');
    expect(second.headers['Idempotency-Replayed']).toBe('true');
  });

  it('refuses another body under the same key', async () => {
    const headers = { 'Idempotency-Key': newUuid() };
    await post({ headers });
    const answer = await post({ headers, body: body({ rating: 1 }) });
    expect(answer).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  });

  it('asks to wait while the first request is in flight', async () => {
    const key = newUuid();
    const headers = { 'Idempotency-Key': key };
    const request = { tenant: 'hospital-a', route: 'feedback', key, request: body() };
    let answer: unknown;
    await store.idempotent(request, async () => {
      answer = await post({ headers });
      return {};
    });
    expect(answer).toMatchObject({
      status: 409,
      headers: { 'Retry-After': '1' },
      body: { code: 'IDEMPOTENCY_IN_FLIGHT' },
    });
  });

  it('stores once when the process died between storing and answering', async () => {
    const key = newUuid();
    const request = { tenant: 'hospital-a', route: 'feedback', key, request: body() };
    let storedId = '';
    const died = store.idempotent(request, async (feedbackId) => {
      storedId = feedbackId;
      await store.addFeedback({
        caller: callerOf('hospital-a'),
        feedbackId,
        createdAt: '2026-11-21T09:59:00.000Z',
        feedback: { prediction_id: predictionId, correct: true, basis: 'imaging', seen_before_answer: false },
      });
      throw new Error('died');
    });
    await expect(died).rejects.toThrow('died');
    const answer = await post({ headers: { 'Idempotency-Key': key } });
    expect(answer).toMatchObject({
      status: 201,
      body: { feedback_id: storedId, received_at: '2026-11-21T09:59:00.000Z' },
    });
  });

  it.each(['', 'two words', 'ñ', 'x'.repeat(256)])('refuses the key %j', async (key) => {
    const answer = await post({ headers: { 'Idempotency-Key': key } });
    expect(answer).toMatchObject({ status: 400, body: { code: 'MALFORMED_REQUEST' } });
    expect(answer.body.detail).toContain('Idempotency-Key');
  });

  it('takes a key of 255 characters', async () => {
    expect((await post({ headers: { 'Idempotency-Key': 'x'.repeat(255) } })).status).toBe(201);
  });

  it('knows no prediction of another tenant, and none that was never made', async () => {
    const foreign = await post({ caller: callerOf('hospital-b') });
    const unknown = await post({ body: body({ prediction_id: newUuid() }) });
    expect(foreign).toMatchObject({ status: 404, body: { code: 'PREDICTION_NOT_FOUND' } });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'PREDICTION_NOT_FOUND' } });
  });

  it('names the bad field, in the language asked for', async () => {
    const answer = await post({ body: body({ note: 'a@b.es' }), headers: { 'Accept-Language': 'en' } });
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'VALIDATION_FAILED', errors: [{ pointer: '/note', code: 'IDENTIFIER_IN_NOTE' }] },
    });
    expect(answer.body.errors[0].message).toContain('identity document');
  });

  it('needs its scope', async () => {
    const reader = { ...callerOf('hospital-a'), scopes: ['medical.diagnosis.read'] };
    expect(await post({ caller: reader })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  });
});
