/**
 * The whole system deployed: `cdk bootstrap` and `cdk deploy --all` into an emulator of AWS, its API called over HTTP
 * with tokens of a real issuer, and held to what the local server answers.
 */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_MODEL_DIR } from '../../lambdas/adapters/bundle.ts';
import { PARTITION_KEY, tableName } from '../../lambdas/adapters/store/tables.ts';
import { PREDICT_EXAMPLES } from '../../lambdas/api/examples.ts';
import { stageConfig } from '../../lib/stages.ts';
import { goldenCases } from '../../scripts/golden/cases.ts';
import { startIssuer, type TestIssuer } from '../fixtures/jwks.ts';
import { clientFor, type DeployedApi, deploy } from './deployment.ts';
import { doctorToken, TENANT, trusted } from './doctor.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { type LocalServer, startLocalServer } from './local-server.ts';

const LEAST_GOLDEN = 200;
const GOLDEN_MS = 240_000;
const CALL_MS = 20_000;
const ACUTE = PREDICT_EXAMPLES.requests.acute.value;

let emulator: Emulator;
let issuer: TestIssuer;
let stranger: TestIssuer;
let local: LocalServer;
let api: DeployedApi;

beforeAll(async () => {
  [issuer, stranger, emulator] = await Promise.all([startIssuer(), startIssuer(), startEmulator()]);
  api = await deploy(emulator, TENANT, [trusted(issuer)]);
  local = await startLocalServer();
});
afterAll(async () => {
  await Promise.all([local, emulator].map((server) => server?.stop()));
  await Promise.all([issuer, stranger].map((server) => server?.close()));
});

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

async function call(
  url: string,
  token: string | undefined,
  body?: unknown,
  headers: Record<string, string> = { 'X-Api-Key': api.key },
): Promise<Answer> {
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(CALL_MS),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    text: await response.text(),
  };
}

/** Status and code of a problem. */
function problemOf({ status, type, text }: Answer): unknown {
  const { code, request_id } = JSON.parse(text);
  return { status, type, code, hasRequestId: /^\S{8,}$/.test(request_id ?? '') };
}

const problem = (status: number, code: string) => ({
  status,
  type: expect.stringContaining('application/problem+json'),
  code,
  hasRequestId: true,
});

describe('the deployed API', () => {
  it('says to anybody that it lives, and that its models run', async () => {
    const health = await call(`${api.url}/v1/health`, undefined);
    const ready = await call(`${api.url}/v1/ready`, undefined);

    expect([health.status, JSON.parse(health.text)]).toMatchObject([200, { status: 'ok' }]);
    expect([ready.status, JSON.parse(ready.text)]).toMatchObject([200, { status: 'ready' }]);
  });

  it('refuses who has no token, or one that another key signed', async () => {
    const forged = await doctorToken(stranger);

    for (const token of [undefined, 'nonsense', forged])
      expect(problemOf(await call(`${api.url}/v1/predict`, token, ACUTE))).toEqual(
        problem(401, 'UNAUTHORIZED'),
      );
  });

  it('refuses a token without the scope, and a tenant without a key of the usage plan', async () => {
    const narrow = await doctorToken(issuer, 'medical.diagnosis.read');
    const feedback = { prediction_id: '', correct: true, basis: 'imaging', seen_before_answer: false };

    const scope = await call(`${api.url}/v1/feedback`, narrow, feedback);
    const key = await call(`${api.url}/v1/predict`, await doctorToken(issuer), ACUTE, {});

    expect(problemOf(scope)).toEqual(problem(403, 'FORBIDDEN'));
    expect(problemOf(key)).toEqual(problem(403, 'FORBIDDEN'));
  });

  it('names what is wrong with a body', async () => {
    const token = await doctorToken(issuer);

    const broken = await call(`${api.url}/v1/predict`, token, '{');
    const wrong = await call(`${api.url}/v1/predict`, token, { ...ACUTE, age: -1 });

    expect(problemOf(broken)).toEqual(problem(400, 'MALFORMED_JSON'));
    expect(problemOf(wrong)).toEqual(problem(422, 'VALIDATION_FAILED'));
    expect(wrong.text).toContain('age');
  });

  it('answers for what is no route', async () => {
    const answer = await call(`${api.url}/v1/nothing`, undefined);

    expect(problemOf(answer)).toEqual(problem(404, 'NOT_FOUND'));
  });

  it(
    'gives every golden request the very answer of the local server',
    async () => {
      const cases = goldenCases(DEFAULT_MODEL_DIR).filter(({ given }) => given === undefined);
      const token = await doctorToken(issuer);
      const { ratePerSecond } = stageConfig('emulator').api;
      const statuses = new Map<number, number>();
      const different: string[] = [];

      for (const [index, { name, request }] of cases.entries()) {
        const headers = { 'X-Request-Id': `golden-${index}`, 'X-Api-Key': api.key };
        const [deployed, here] = await Promise.all([
          call(`${api.url}/v1/predict`, token, request, headers),
          call(`${local.url}/v1/predict`, local.token, request, headers),
          // The usage plan's limit.
          new Promise((done) => setTimeout(done, 1_000 / ratePerSecond)),
        ]);
        statuses.set(deployed.status, (statuses.get(deployed.status) ?? 0) + 1);
        if (comparable(deployed) !== comparable(here)) different.push(name);
        if (index % 50 === 49) console.log(`${index + 1} of ${cases.length} golden requests`);
      }

      console.log(`golden requests by status: ${JSON.stringify(Object.fromEntries(statuses))}`);
      expect(different).toEqual([]);
      expect(statuses.get(200)).toBeGreaterThanOrEqual(LEAST_GOLDEN);
    },
    GOLDEN_MS,
  );

  it('keeps a prediction and the feedback to it in the tables, the note unreadable', async () => {
    const token = await doctorToken(issuer);
    const prediction = JSON.parse((await call(`${api.url}/v1/predict`, token, ACUTE)).text);
    const note = 'Troponina elevada en la segunda muestra';

    const given = await call(`${api.url}/v1/feedback`, token, {
      prediction_id: prediction.prediction_id,
      correct: true,
      basis: 'laboratory',
      seen_before_answer: false,
      rating: 5,
      note,
    });
    const kept = await call(`${api.url}/v1/predictions/${prediction.prediction_id}`, token);
    const { Items = [] } = await DynamoDBDocumentClient.from(new DynamoDBClient(clientFor(emulator))).send(
      new QueryCommand({
        TableName: tableName('centinela-emulator', 'feedback'),
        KeyConditionExpression: `${PARTITION_KEY} = :tenant`,
        ExpressionAttributeValues: { ':tenant': TENANT },
      }),
    );

    expect(prediction.warnings).toEqual([]);
    expect(given.status).toBe(201);
    expect(JSON.parse(kept.text).top_conditions).toEqual(prediction.top_conditions);
    expect(Items).toMatchObject([
      { prediction_id: prediction.prediction_id, rating: 5, feedback_id: JSON.parse(given.text).feedback_id },
    ]);
    expect(Buffer.from(Items[0]?.note).includes('Troponina')).toBe(false);
  });
});

/** Status and body without what no two answers share. */
function comparable({ status, text }: Answer): string {
  const own = ['prediction_id', 'created_at'];
  return `${status} ${JSON.stringify(JSON.parse(text, (key, value) => (own.includes(key) ? '' : value)))}`;
}
