/** The bundled functions under AWS's own runtime client: they start, and they answer. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayAuthorizerResult, APIGatewayProxyResult } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoClient } from '../../lambdas/adapters/dynamo.ts';
import { ensureTables } from '../../lambdas/adapters/store/index.ts';
import { PREDICT_EXAMPLES } from '../../lambdas/api/examples.ts';
import { ROUTES } from '../../lambdas/api/routes.ts';
import { MODEL_PACKAGE } from '../../lib/constructs/layers.ts';
import { AUTHORIZER, FUNCTIONS, NOT_FOUND } from '../../lib/functions.ts';
import { type LocalDynamo, startDynamo } from '../../local/dynamo.ts';
import { type LocalKeys, openKeys } from '../../local/keys.ts';
import { httpEvent } from '../fixtures/http-event.ts';
import { startIssuer, type TestIssuer } from '../fixtures/jwks.ts';
import { callerOf } from '../fixtures/store.ts';
import { doctorToken, SCOPES, TENANT, trusted } from './doctor.ts';
import { installRuntimeClient, startFunction, type Unpacked, unpack } from './runtime-client.ts';

const ENTRIES = [
  ...[...Object.values(FUNCTIONS), NOT_FOUND, AUTHORIZER].map(({ entry }) => entry),
  'pre-token',
  'dedupe-alarm',
  'golden-check',
  'keep-warm',
];
const PREFIX = 'centinela-runtime';

let client: string;
let unpacked: Unpacked;
let folder: string;
let dynamo: LocalDynamo;
let keys: LocalKeys;
let issuer: TestIssuer;

beforeAll(async () => {
  client = await installRuntimeClient();
  unpacked = unpack(ENTRIES);
  folder = mkdtempSync(join(tmpdir(), 'centinela-runtime-'));
  [dynamo, keys, issuer] = await Promise.all([startDynamo(folder), openKeys(folder), startIssuer()]);
  await ensureTables(createDynamoClient(dynamo.endpoint), PREFIX);
});
afterAll(async () => {
  await Promise.all([dynamo?.close(), issuer?.close()]);
  unpacked?.remove();
  if (folder !== undefined) rmSync(folder, { recursive: true });
});

/** Starts a function, gives it an event, and ends it. */
async function answerOf<T>(
  entry: string,
  event: unknown,
  environment: Record<string, string> = {},
): Promise<T> {
  const started = await startFunction(client, unpacked, entry, {
    CENTINELA_MODEL_DIR: MODEL_PACKAGE,
    CENTINELA_TABLE_PREFIX: PREFIX,
    CENTINELA_DYNAMODB_ENDPOINT: dynamo.endpoint,
    CENTINELA_MASTER_KEY_FILE: keys.masterKeyFile,
    ...environment,
  });
  try {
    return (await started.invoke(event)) as T;
  } finally {
    await started.stop();
  }
}

describe('a bundled function', () => {
  it.each(ROUTES)('of the route $id starts and answers', async ({ id, scope }) => {
    const { entry } = FUNCTIONS[id];

    const { statusCode, headers } = await answerOf<APIGatewayProxyResult>(entry, httpEvent({}));

    // The figures are CloudWatch's to tell.
    expect(statusCode).toBe(id === 'metrics' ? 404 : scope === null ? 200 : 401);
    expect(headers?.['X-Request-Id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('answers for what is no route', async () => {
    const event = { ...httpEvent({}), path: '/v1/nothing', httpMethod: 'GET' };

    const { statusCode, body } = await answerOf<APIGatewayProxyResult>(NOT_FOUND.entry, event);

    expect([statusCode, JSON.parse(body)]).toMatchObject([404, { code: 'NOT_FOUND' }]);
  });

  it('predicts with the models of its layers, and keeps the prediction', async () => {
    const body = PREDICT_EXAMPLES.requests.acute.value;

    const answer = await answerOf<APIGatewayProxyResult>(
      FUNCTIONS.predict.entry,
      httpEvent({ caller: callerOf(TENANT), body }),
    );

    const { model_version, warnings, top_conditions } = JSON.parse(answer.body);
    expect(answer.statusCode).toBe(200);
    expect(model_version).toMatch(/[0-9a-f]{8}$/);
    expect(warnings).toEqual([]);
    expect(top_conditions).toHaveLength(10);
  });

  it('lets a genuine token in', async () => {
    const token = await doctorToken(issuer);

    const policy = await answerOf<APIGatewayAuthorizerResult>(
      AUTHORIZER.entry,
      {
        type: 'REQUEST',
        headers: { Authorization: `Bearer ${token}` },
        methodArn: 'arn:aws:execute-api:us-east-1:000000000000:api/live/POST/v1/predict',
      },
      { CENTINELA_ISSUERS: JSON.stringify([trusted(issuer)]) },
    );

    expect(policy).toMatchObject({
      principalId: 'doctor-1',
      policyDocument: { Statement: [{ Effect: 'Allow' }] },
      context: { tenant: TENANT, scopes: SCOPES },
    });
  });

  it('fails as API Gateway wants it where the token is nobody’s', async () => {
    const event = { type: 'REQUEST', headers: {}, methodArn: 'arn:aws:execute-api:eu:0:api/live/GET/' };

    const answered = answerOf(AUTHORIZER.entry, event, {
      CENTINELA_ISSUERS: JSON.stringify([trusted(issuer)]),
    });

    await expect(answered).rejects.toThrow('"errorMessage":"Unauthorized"');
  });

  it('tells Cognito a person’s hospital', async () => {
    const event = {
      triggerSource: 'TokenGeneration_HostedAuth',
      callerContext: { clientId: 'page' },
      request: { userAttributes: { 'custom:tenant': TENANT } },
    };

    const answer = await answerOf('pre-token', event, { CENTINELA_STAGE: 'test' });

    expect(JSON.stringify(answer)).toContain(`"claimsToAddOrOverride":{"tenant":"${TENANT}"}`);
  });

  it('lets an alarm through to GitHub once', async () => {
    const event = {
      id: 'event-1',
      'detail-type': 'CloudWatch Alarm State Change',
      detail: { alarmName: 'drift', state: { timestamp: '2026-11-21T10:00:00.000+0000' } },
    };
    const environment = { CENTINELA_STAGE: 'test', CENTINELA_DISPATCH_WINDOW_S: '3600' };

    const first = await answerOf('dedupe-alarm', event, environment);
    const second = await answerOf('dedupe-alarm', event, environment);

    expect(first).toMatchObject({ dispatch: { event_type: 'retrain' } });
    expect(second).toEqual({ dispatch: null });
  });

  it.each([
    ['golden-check', 'CENTINELA_NEW_VERSION'],
    ['keep-warm', 'CENTINELA_DEPLOYMENT_GROUP'],
  ])('of the rollout (%s) starts, and says what it was not told', async (entry, missing) => {
    await expect(answerOf(entry, {})).rejects.toThrow(missing);
  });
});
