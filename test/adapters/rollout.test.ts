/** What is really sent, to a server that answers as AWS does. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createHookReporter,
  createInvoker,
  createRolloutWatch,
  createWarmer,
} from '../../lambdas/adapters/rollout.ts';

interface Received {
  readonly target: string;
  readonly body: unknown;
}

type Reply = { readonly body: unknown; readonly headers?: Readonly<Record<string, string>> };

let server: Server;
let received: Received[];
let replies: Reply[];
let options: object;
beforeEach(async () => {
  received = [];
  replies = [];
  server = createServer(async (request: IncomingMessage, response) => {
    const target = String(request.headers['x-amz-target'] ?? `${request.method} ${request.url}`);
    received.push({ target, body: JSON.parse((await text(request)) || 'null') });
    const { body, headers = {} } = replies.shift() ?? { body: {} };
    response.writeHead(200, { 'Content-Type': 'application/x-amz-json-1.1', ...headers });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  options = { endpoint, credentials, region: 'eu-west-1', maxAttempts: 1 };
});
afterEach(() => new Promise((closed) => server.close(closed)));

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:predict:7';

describe('createInvoker', () => {
  it('returns what the very version returned', async () => {
    replies = [{ body: { statusCode: 200, body: '{}' } }];

    const result = await createInvoker(ARN, new LambdaClient(options))({ body: 'x' });

    expect(result).toEqual({ statusCode: 200, body: '{}' });
    expect(received).toEqual([
      {
        target: `POST /2015-03-31/functions/${encodeURIComponent(ARN)}/invocations`,
        body: { body: 'x' },
      },
    ]);
  });

  it('throws where the function failed', async () => {
    replies = [{ body: { errorMessage: 'a secret' }, headers: { 'X-Amz-Function-Error': 'Unhandled' } }];

    const call = createInvoker(ARN, new LambdaClient(options))({});

    await expect(call).rejects.toThrow(/^The function failed: Unhandled$/);
  });
});

it('the reporter names the deployment and its hook', async () => {
  const report = createHookReporter(new CodeDeployClient(options));

  await report({ DeploymentId: 'd-1', LifecycleEventHookExecutionId: 'h-1' }, 'Failed');

  expect(received).toEqual([
    {
      target: 'CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus',
      body: { deploymentId: 'd-1', lifecycleEventHookExecutionId: 'h-1', status: 'Failed' },
    },
  ]);
});

describe('createRolloutWatch', () => {
  it.each([
    [[{ body: { deployments: [] } }], false],
    [[{ body: { deployments: ['d-1'] } }], true],
    [[{ body: { deployments: [], nextToken: 'more' } }, { body: { deployments: ['d-2'] } }], true],
  ])('of %j tells %j', async (given, underWay) => {
    replies = [...given];
    const watch = createRolloutWatch('centinela', 'predict', new CodeDeployClient(options));

    expect(await watch()).toBe(underWay);

    expect(received[0]).toMatchObject({
      target: 'CodeDeploy_20141006.ListDeployments',
      body: { applicationName: 'centinela', deploymentGroupName: 'predict' },
    });
  });
});

it('the warmer sets the number of the alias', async () => {
  const warm = createWarmer('predict', 'live', new LambdaClient(options));

  await warm(4);

  expect(received).toEqual([
    {
      target: 'PUT /2019-09-30/functions/predict/provisioned-concurrency?Qualifier=live',
      body: { ProvisionedConcurrentExecutions: 4 },
    },
  ]);
});
