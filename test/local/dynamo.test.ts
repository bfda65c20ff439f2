import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newUuid, systemClock } from '../../lambdas/adapters/clock.ts';
import { createDynamoClient } from '../../lambdas/adapters/dynamo.ts';
import { openJson } from '../../lambdas/adapters/envelope.ts';
import { createLocalKeyVault } from '../../lambdas/adapters/key-vault.ts';
import { createDatabase, type Item } from '../../lambdas/adapters/store/database.ts';
import { ensureTables } from '../../lambdas/adapters/store/index.ts';
import { createPatients } from '../../lambdas/adapters/store/patients.ts';
import { createTenantKeyring } from '../../lambdas/adapters/store/tenant-keys.ts';
import { createFeedbackHandler } from '../../lambdas/functions/feedback.ts';
import { type LocalDynamo, startDynamo } from '../../local/dynamo.ts';
import { openKeys } from '../../local/keys.ts';
import { httpEvent } from '../fixtures/http-event.ts';
import { silentMetrics } from '../fixtures/metrics.ts';
import { callerOf, PREFIX, storeOver } from '../fixtures/store.ts';

let folder: string;
let dynamo: LocalDynamo | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'centinela-'));
});
afterEach(async () => {
  await dynamo?.close();
  dynamo = undefined;
  await rm(folder, { recursive: true });
});

describe('the local database', () => {
  it('listens on loopback only and keeps its files to their owner', async () => {
    dynamo = await startDynamo(folder);
    expect(dynamo.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(((await stat(join(folder, 'dynamo'))).mode & 0o777).toString(8)).toBe('700');
  });

  it('has its tables again after it was closed', async () => {
    dynamo = await startDynamo(folder);
    await ensureTables(createDynamoClient(dynamo.endpoint), PREFIX);
    await dynamo.close();
    dynamo = await startDynamo(folder);
    const { TableNames } = await createDynamoClient(dynamo.endpoint).send(new ListTablesCommand({}));
    expect(TableNames).toEqual(
      ['feedback', 'inputs', 'operations', 'patients', 'predictions'].map((table) => `${PREFIX}-${table}`),
    );
  });

  it('says so when another process uses the folder', async () => {
    dynamo = await startDynamo(folder);
    await expect(startDynamo(folder)).rejects.toThrow(`${join(folder, 'dynamo')} is in use`);
  });
});

describe('kill -9 right after the acknowledgement', () => {
  it('loses nothing of what was acknowledged', async () => {
    const server = resolve(import.meta.dirname, '../fixtures/feedback-server.ts');
    const child = spawn(process.execPath, [server, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    let ack = '';
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.startsWith('ACK ')) continue;
      child.kill('SIGKILL');
      ack = line.slice('ACK '.length);
    }
    expect(await exited).toEqual([null, 'SIGKILL']);
    const { status, body, sent } = JSON.parse(ack);
    expect(status).toBe(201);
    const acknowledged = JSON.parse(body);

    dynamo = await startDynamo(folder);
    const client = createDynamoClient(dynamo.endpoint);
    await ensureTables(client, PREFIX);
    const vault = createLocalKeyVault((await openKeys(folder)).masterKey);
    const store = storeOver({ client, vault });
    const handler = createFeedbackHandler({
      store,
      clock: systemClock,
      newId: newUuid,
      metrics: silentMetrics,
    });

    const db = createDatabase(client, PREFIX, systemClock);
    const patients = createPatients(db, createTenantKeyring(db, vault));
    const key = await patients.dataKey('hospital-a', await patients.pseudonym('hospital-a', 'anon_1'));
    const id = `${acknowledged.prediction_id}#${acknowledged.feedback_id}`;
    const stored = await db.get<Item & { note: Uint8Array }>('feedback', 'hospital-a', id);
    const place = { tenant: 'hospital-a', table: 'feedback', id, attribute: 'note' };
    const { note, ...clear } = sent;
    expect(stored).toMatchObject({ ...clear, created_at: acknowledged.received_at });
    expect(stored && openJson(key, place, stored.note)).toBe(note);
    expect(await store.getPrediction('hospital-a', acknowledged.prediction_id)).toMatchObject({
      answer: { severity: 'ENFERMEDAD_LEVE' },
    });
    const repeated = await handler(
      httpEvent({
        caller: callerOf('hospital-a'),
        body: sent,
        headers: { 'Idempotency-Key': 'after-the-crash' },
      }),
    );
    expect(repeated.statusCode).toBe(201);
    expect(repeated.headers?.['Idempotency-Replayed']).toBe('true');
    expect(JSON.parse(repeated.body)).toEqual(acknowledged);
  });
});
