import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newUuid } from '../../lambdas/adapters/clock.ts';
import { createDynamoClient } from '../../lambdas/adapters/dynamo.ts';
import { openJson } from '../../lambdas/adapters/envelope.ts';
import type { KeyVault } from '../../lambdas/adapters/key-vault.ts';
import { canonicalJson } from '../../lambdas/adapters/store/canonical-json.ts';
import { createDatabase } from '../../lambdas/adapters/store/database.ts';
import {
  ensureTables,
  type PredictionRecord,
  type Store,
  StoreUnavailableError,
} from '../../lambdas/adapters/store/index.ts';
import { createPatients } from '../../lambdas/adapters/store/patients.ts';
import { TABLES, type TableName, tableName } from '../../lambdas/adapters/store/tables.ts';
import { createTenantKeyring } from '../../lambdas/adapters/store/tenant-keys.ts';
import type { FeedbackRequest } from '../../lambdas/api/schemas/feedback.ts';
import {
  callerOf,
  PREFIX,
  RETENTION_DAYS,
  startTestDatabase,
  storeOver,
  type TestDatabase,
} from '../fixtures/store.ts';

const CREATED_AT = '2026-11-21T10:00:00.000Z';
const DAY_MS = 86_400_000;
const ANSWER = { severity: 'ENFERMEDAD_AGUDA', top_conditions: [{ code: 'I21.9', probability: 0.6 }] };
const INPUT = { findings: [{ id: 'HP:0100749', present: true }], age: 45 };

let database: TestDatabase;
let now: number;
let store: Store;
/** A tenant of its own for each test. */
let tenant: string;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  now = Date.parse(CREATED_AT);
  store = newStore();
  tenant = `hospital-${newUuid()}`;
});

/** What another process would have: the same tables and master key, no memory. */
function newStore(vault = database.vault, retentionDays = RETENTION_DAYS): Store {
  return storeOver({ client: database.client, vault }, () => now, retentionDays);
}

function prediction(change: Partial<PredictionRecord> = {}): PredictionRecord {
  return {
    caller: callerOf(tenant),
    requestId: 'r-1',
    patientId: 'anon_12345',
    predictionId: newUuid(),
    createdAt: CREATED_AT,
    input: INPUT,
    answer: ANSWER,
    modelVersion: '1.0.0',
    severity: 'ENFERMEDAD_AGUDA',
    urgent: true,
    ...change,
  };
}

function feedbackOn(predictionId: string, change: Partial<FeedbackRequest> = {}): FeedbackRequest {
  return {
    prediction_id: predictionId,
    correct: false,
    basis: 'laboratory',
    seen_before_answer: true,
    note: 'Troponina negativa en dos muestras',
    ...change,
  };
}

async function rawItem(table: TableName, id: string): Promise<Record<string, unknown> | undefined> {
  const documents = DynamoDBDocumentClient.from(database.client);
  const Key = { tenant, [TABLES[table]]: id };
  return (await documents.send(new GetCommand({ TableName: tableName(PREFIX, table), Key }))).Item;
}

/** The tables below the store's surface, to read back what no route shows yet. */
function below() {
  const db = createDatabase(database.client, PREFIX, () => now);
  const keysOf = createTenantKeyring(db, database.vault);
  return {
    keysOf,
    patients: createPatients(db, keysOf),
  };
}

async function erase(id: string): Promise<void> {
  const documents = DynamoDBDocumentClient.from(database.client);
  const Key = { tenant, [TABLES.patients]: id };
  await documents.send(new DeleteCommand({ TableName: tableName(PREFIX, 'patients'), Key }));
}

describe('predictions', () => {
  it('come back as answered, to another process too', async () => {
    const record = prediction();
    await store.recordPrediction(record);
    const expected = { answer: ANSWER, createdAt: CREATED_AT };
    expect(await store.getPrediction(tenant, record.predictionId)).toEqual(expected);
    expect(await newStore().getPrediction(tenant, record.predictionId)).toEqual(expected);
  });

  it('come back without a patient id as well', async () => {
    const record = prediction({ patientId: undefined });
    await store.recordPrediction(record);
    expect((await newStore().getPrediction(tenant, record.predictionId))?.answer).toEqual(ANSWER);
    expect(await rawItem('predictions', record.predictionId)).not.toHaveProperty('patient');
  });

  it('are unknown to another tenant and under another id', async () => {
    const record = prediction();
    await store.recordPrediction(record);
    expect(await store.getPrediction('hospital-x', record.predictionId)).toBeUndefined();
    expect(await store.getPrediction(tenant, newUuid())).toBeUndefined();
  });

  it('hold in the clear who, when, which model and what outcome, and end after seven years', async () => {
    const record = prediction();
    await store.recordPrediction(record);
    const item = await rawItem('predictions', record.predictionId);
    expect(item).toEqual({
      tenant,
      prediction_id: record.predictionId,
      created_at: CREATED_AT,
      user: 'doctor-1',
      role: 'MedicoGeneral',
      request_id: 'r-1',
      patient: expect.stringMatching(/^[\w-]{43}$/),
      input_hmac: expect.stringMatching(/^[\w-]{43}$/),
      model_version: '1.0.0',
      severity: 'ENFERMEDAD_AGUDA',
      requires_immediate_attention: true,
      answer: expect.any(Uint8Array),
      expires_at: Date.parse('2033-11-21T10:00:00Z') / 1000,
    });
  });

  it('are never overwritten', async () => {
    const record = prediction();
    await store.recordPrediction(record);
    await expect(store.recordPrediction({ ...record, answer: { other: true } })).rejects.toThrow('taken');
    expect((await store.getPrediction(tenant, record.predictionId))?.answer).toEqual(ANSWER);
  });

  it('are gone when their time is over, before the table removes them', async () => {
    const record = prediction();
    await store.recordPrediction(record);
    now += 2557 * DAY_MS - 1;
    expect(await store.getPrediction(tenant, record.predictionId)).toBeDefined();
    now += 1;
    expect(await store.getPrediction(tenant, record.predictionId)).toBeUndefined();
  });

  it('are kept for as many days as the hospital has set', async () => {
    const record = prediction();
    await newStore(database.vault, 30).recordPrediction(record);
    const expiry = Date.parse('2026-12-21T10:00:00Z') / 1000;
    expect(await rawItem('predictions', record.predictionId)).toMatchObject({ expires_at: expiry });
    expect(await rawItem('inputs', record.predictionId)).toMatchObject({ expires_at: expiry });
  });

  it('cannot be read with an answer moved from another prediction', async () => {
    const mine = prediction();
    const other = prediction({ answer: { severity: 'NO_ENFERMO' } });
    await store.recordPrediction(mine);
    await store.recordPrediction(other);
    const item = await rawItem('predictions', mine.predictionId);
    const moved = { ...item, answer: (await rawItem('predictions', other.predictionId))?.answer };
    const documents = DynamoDBDocumentClient.from(database.client);
    await documents.send(new PutCommand({ TableName: tableName(PREFIX, 'predictions'), Item: moved }));
    await expect(store.getPrediction(tenant, mine.predictionId)).rejects.toThrow('cannot be opened');
  });

  it('tell equal inputs, whatever the order of their keys, within a tenant only', async () => {
    const hmacOf = async (input: unknown) => {
      const record = prediction({ input });
      await store.recordPrediction(record);
      return (await rawItem('predictions', record.predictionId))?.input_hmac;
    };
    const first = await hmacOf({ age: 45, gender: 'M' });
    expect(await hmacOf({ gender: 'M', age: 45 })).toBe(first);
    expect(await hmacOf({ gender: 'M', age: 46 })).not.toBe(first);
    tenant = `hospital-${newUuid()}`;
    expect(await hmacOf({ age: 45, gender: 'M' })).not.toBe(first);
  });
});

describe('inputs', () => {
  it("open with the patient's key, and with no other patient's", async () => {
    const record = prediction();
    await store.recordPrediction(record);
    const { patients } = below();
    const mine = await patients.dataKey(tenant, await patients.pseudonym(tenant, 'anon_12345'));
    const other = await patients.dataKey(tenant, await patients.pseudonym(tenant, 'anon_999'));
    const id = record.predictionId;
    const sealed = (await rawItem('inputs', id))?.input as Uint8Array;
    const place = { tenant, table: 'inputs', id, attribute: 'input' };
    expect(openJson(mine, place, sealed)).toEqual(INPUT);
    expect(() => openJson(other, place, sealed)).toThrow('cannot be opened');
  });
});

describe('patients', () => {
  it('have one pseudonym a tenant, and another with another tenant', async () => {
    const { patients } = below();
    const here = await patients.pseudonym(tenant, 'anon_1');
    expect(await below().patients.pseudonym(tenant, 'anon_1')).toBe(here);
    expect(await patients.pseudonym(tenant, 'anon_2')).not.toBe(here);
    expect(await patients.pseudonym(`${tenant}-b`, 'anon_1')).not.toBe(here);
  });

  it('get one pseudonym and one key from processes that meet them at once', async () => {
    const processes = Array.from({ length: 8 }, () => below().patients);
    const pseudonyms = await Promise.all(processes.map((one) => one.pseudonym(tenant, 'anon_1')));
    const keys = await Promise.all(processes.map((one) => one.dataKey(tenant, pseudonyms[0] ?? '')));
    expect(new Set(pseudonyms).size).toBe(1);
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1);
  });

  it('leave unreadable and unlinkable records when their items are gone', async () => {
    const record = prediction({ patientId: 'anon_1' });
    await store.recordPrediction(record);
    const { keysOf, patients } = below();
    const pseudonym = await patients.pseudonym(tenant, 'anon_1');
    const hash = (await keysOf(tenant)).patientHash('anon_1');
    await erase(`key#${pseudonym}`);
    await erase(`link#${hash}`);

    expect(await store.getPrediction(tenant, record.predictionId)).toBeUndefined();
    expect(await rawItem('predictions', record.predictionId)).toMatchObject({ patient: pseudonym });
    expect(await patients.pseudonym(tenant, 'anon_1')).not.toBe(pseudonym);
    const late = { caller: callerOf(tenant), feedbackId: newUuid(), createdAt: CREATED_AT };
    const feedback = feedbackOn(record.predictionId);
    expect(await store.addFeedback({ ...late, feedback })).toBeUndefined();
  });
});

describe('the vault', () => {
  it('is asked once a process for a tenant, even by requests at once', async () => {
    let unwraps = 0;
    const counting: KeyVault = {
      wrap: database.vault.wrap,
      unwrap: (of, wrapped) => {
        unwraps += 1;
        return database.vault.unwrap(of, wrapped);
      },
    };
    const counted = newStore(counting);
    await Promise.all([1, 2, 3].map(() => counted.recordPrediction(prediction())));
    await counted.recordPrediction(prediction());
    expect(unwraps).toBe(1);
  });

  it('is asked again after it failed', async () => {
    let failures = 1;
    const flaky: KeyVault = {
      wrap: database.vault.wrap,
      unwrap: (of, wrapped) => {
        failures -= 1;
        return failures >= 0 ? Promise.reject(new Error('vault down')) : database.vault.unwrap(of, wrapped);
      },
    };
    const recovering = newStore(flaky);
    const record = prediction();
    await expect(recovering.recordPrediction(record)).rejects.toThrow('vault down');
    await recovering.recordPrediction(record);
    expect((await recovering.getPrediction(tenant, record.predictionId))?.answer).toEqual(ANSWER);
  });
});

describe('feedback', () => {
  it('stands beside its prediction, with the note encrypted', async () => {
    const record = prediction();
    await store.recordPrediction(record);
    const feedbackId = newUuid();
    const feedback = feedbackOn(record.predictionId, { rating: 4, confirmed_condition: 'I30.9' });

    const added = await store.addFeedback({
      caller: callerOf(tenant),
      feedbackId,
      createdAt: CREATED_AT,
      feedback,
    });

    expect(added).toEqual({ receivedAt: CREATED_AT });
    const item = await rawItem('feedback', `${record.predictionId}#${feedbackId}`);
    expect(item).toEqual({
      tenant,
      id: `${record.predictionId}#${feedbackId}`,
      prediction_id: record.predictionId,
      feedback_id: feedbackId,
      created_at: CREATED_AT,
      user: 'doctor-1',
      role: 'MedicoGeneral',
      correct: false,
      basis: 'laboratory',
      seen_before_answer: true,
      rating: 4,
      confirmed_condition: 'I30.9',
      note: expect.any(Uint8Array),
      expires_at: Date.parse('2033-11-21T10:00:00Z') / 1000,
    });
    const { patients } = below();
    const key = await patients.dataKey(tenant, await patients.pseudonym(tenant, 'anon_12345'));
    const place = { tenant, table: 'feedback', id: item?.id as string, attribute: 'note' };
    expect(openJson(key, place, item?.note as Uint8Array)).toBe(feedback.note);
  });

  it('is refused for an unknown prediction and for another tenant’s', async () => {
    const record = prediction();
    await store.recordPrediction(record);
    const add = (of: string, predictionId: string) =>
      store.addFeedback({
        caller: callerOf(of),
        feedbackId: newUuid(),
        createdAt: CREATED_AT,
        feedback: feedbackOn(predictionId),
      });
    expect(await add(tenant, newUuid())).toBeUndefined();
    expect(await add(`${tenant}-b`, record.predictionId)).toBeUndefined();
    expect(await add(tenant, record.predictionId)).toBeDefined();
  });

  it('is stored once under one id, and keeps its first time', async () => {
    const record = prediction();
    await store.recordPrediction(record);
    const once = {
      caller: callerOf(tenant),
      feedbackId: newUuid(),
      createdAt: CREATED_AT,
      feedback: feedbackOn(record.predictionId),
    };
    await store.addFeedback(once);
    const again = await store.addFeedback({ ...once, createdAt: '2026-11-22T10:00:00.000Z' });
    expect(again).toEqual({ receivedAt: CREATED_AT });
  });
});

describe('a repeated request', () => {
  const request = (change = {}) => ({
    tenant,
    route: 'feedback',
    key: 'k-1',
    request: { a: 1, b: 2 },
    ...change,
  });

  it('runs once and is answered again from memory for 24 hours', async () => {
    let runs = 0;
    const run = async () => {
      runs += 1;
      return { run: runs };
    };
    expect(await store.idempotent(request(), run)).toEqual({
      kind: 'done',
      result: { run: 1 },
      replayed: false,
    });
    now += DAY_MS - 1000;
    const replay = await newStore().idempotent(request({ request: { b: 2, a: 1 } }), run);
    expect(replay).toEqual({ kind: 'done', result: { run: 1 }, replayed: true });
    now += 1000;
    expect(await store.idempotent(request(), run)).toEqual({
      kind: 'done',
      result: { run: 2 },
      replayed: false,
    });
  });

  it('with another body under the same key is told apart, in flight or done', async () => {
    const other = request({ request: { a: 2 } });
    let inside: unknown;
    await store.idempotent(request(), async () => {
      inside = await store.idempotent(other, async () => 'never');
      return 'first';
    });
    expect(inside).toEqual({ kind: 'key_reused' });
    expect(await store.idempotent(other, async () => 'never')).toEqual({ kind: 'key_reused' });
  });

  it.each([
    ['another tenant', () => ({ tenant: `${tenant}-b` })],
    ['another route', () => ({ route: 'predict' })],
    ['another key', () => ({ key: 'k-2' })],
  ])('of %s is a request of its own', async (_name, change) => {
    await store.idempotent(request(), async () => 'first');
    const outcome = await store.idempotent(request(change()), async () => 'own');
    expect(outcome).toEqual({ kind: 'done', result: 'own', replayed: false });
  });

  it('runs once among many at once', async () => {
    let runs = 0;
    const gate = Promise.withResolvers<void>();
    const outcomes: string[] = [];
    const requests = Array.from({ length: 8 }, async () => {
      const { kind } = await newStore().idempotent(request(), async () => {
        runs += 1;
        await gate.promise;
        return 'x';
      });
      // The one that runs waits for the gate, which opens when all others were answered.
      if (outcomes.push(kind) === 7) gate.resolve();
    });
    await Promise.all(requests);
    expect(runs).toBe(1);
    expect(outcomes).toEqual([...Array(7).fill('in_flight'), 'done']);
  });

  it('takes over a died attempt after 60 seconds, under the same operation id', async () => {
    const ids: string[] = [];
    let died = () => {};
    const hanging = store.idempotent(request(), async (id) => {
      ids.push(id);
      await new Promise<void>((resolve) => {
        died = resolve;
      });
      return id;
    });
    while (ids.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));

    now += 59_999;
    expect(await store.idempotent(request(), async (id) => id)).toEqual({ kind: 'in_flight' });
    now += 1;
    const takeover = await store.idempotent(request(), async (id) => {
      ids.push(id);
      return id;
    });

    expect(ids[1]).toBe(ids[0]);
    expect(takeover).toEqual({ kind: 'done', result: ids[0], replayed: false });
    died();
    await hanging;
    expect(await store.idempotent(request(), async () => 'never')).toMatchObject({
      result: ids[0],
      replayed: true,
    });
  });

  it('runs again at once after a failure, under the same operation id', async () => {
    const ids: string[] = [];
    const failing = store.idempotent(request(), async (id) => {
      ids.push(id);
      throw new Error('not found');
    });
    await expect(failing).rejects.toThrow('not found');
    const outcome = await store.idempotent(request(), async (id) => {
      ids.push(id);
      return 'done';
    });
    expect(outcome).toEqual({ kind: 'done', result: 'done', replayed: false });
    expect(ids[1]).toBe(ids[0]);
  });
});

describe('what lies in the tables', () => {
  it('shows no patient id, finding, condition, note or idempotency key', async () => {
    const record = prediction({ patientId: 'anon_secret_77' });
    await store.recordPrediction(record);
    await store.recordPrediction(prediction({ patientId: undefined }));
    const feedback = feedbackOn(record.predictionId);
    await store.idempotent({ tenant, route: 'feedback', key: 'visible-key', request: feedback }, () =>
      store
        .addFeedback({ caller: callerOf(tenant), feedbackId: newUuid(), createdAt: CREATED_AT, feedback })
        .then(() => ({ secret: 'replayed-body' })),
    );

    for (const table of Object.keys(TABLES) as TableName[]) {
      const { Items = [] } = await database.client.send(
        new ScanCommand({ TableName: tableName(PREFIX, table) }),
      );
      expect(Items.length).toBeGreaterThan(0);
      const text = JSON.stringify(Items, (_key, value) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
      );
      for (const secret of ['anon_', 'HP:0100749', 'I21.9', 'Troponina', 'visible-key', 'replayed-body'])
        expect(text, table).not.toContain(secret);
    }
  });
});

describe('the tables', () => {
  it('may be made twice, and keep what they hold', async () => {
    const record = prediction();
    await store.recordPrediction(record);
    await ensureTables(database.client, PREFIX);
    expect(await store.getPrediction(tenant, record.predictionId)).toBeDefined();
  });
});

describe('a database that is down', () => {
  it('is reported as such, without a word of what was to be stored', async () => {
    const client = createDynamoClient('http://127.0.0.1:9');
    const down = storeOver({ client, vault: database.vault }, () => now);
    const failure = await down.recordPrediction(prediction()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreUnavailableError);
    expect(String(failure)).not.toContain('anon_');
  });
});

describe('canonicalJson', () => {
  it('is JSON for the same value, whatever the order of keys', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([k, v]) => [k, reversed(v)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
    );
  });

  it('tells different values apart', () => {
    expect(canonicalJson({ a: [1, 2] })).toBe('{"a":[1,2]}');
    expect(canonicalJson({ b: 1, a: { d: 1, c: 2 } })).toBe('{"a":{"c":2,"d":1},"b":1}');
    expect(canonicalJson({ a: [2, 1] })).not.toBe(canonicalJson({ a: [1, 2] }));
  });
});
