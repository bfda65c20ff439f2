/** A cold start of the bundled `predict` under AWS's own runtime client: whole, and by part. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { createDynamoClient } from '../../lambdas/adapters/dynamo.ts';
import { ensureTables } from '../../lambdas/adapters/store/index.ts';
import { MODEL_PACKAGE } from '../../lib/constructs/layers.ts';
import { startDynamo } from '../../local/dynamo.ts';
import { openKeys } from '../../local/keys.ts';
import { installRuntimeClient, startFunction, unpack } from '../deploy/runtime-client.ts';
import { httpEvent } from '../fixtures/http-event.ts';
import { callerOf } from '../fixtures/store.ts';
import { type Figure, figure } from './figures.ts';
import { requestOf } from './request.ts';

const STARTS = 7;
const FINDINGS = 3;
const PREFIX = 'bench';
/** Milliseconds of start and first answer together. */
const BUDGET = 900;

export async function coldStarts(): Promise<Figure[]> {
  const client = await installRuntimeClient();
  const folder = mkdtempSync(join(tmpdir(), 'centinela-bench-'));
  const [dynamo, keys] = await Promise.all([startDynamo(folder), openKeys(folder)]);
  await ensureTables(createDynamoClient(dynamo.endpoint), PREFIX);
  const functions = unpack(['predict']);
  const probe = unpack(['cold-parts'], import.meta.dirname);
  const environment = {
    CENTINELA_MODEL_DIR: MODEL_PACKAGE,
    CENTINELA_TABLE_PREFIX: PREFIX,
    CENTINELA_DYNAMODB_ENDPOINT: dynamo.endpoint,
    CENTINELA_MASTER_KEY_FILE: keys.masterKeyFile,
  };
  const event = httpEvent({ caller: callerOf('bench'), body: requestOf(FINDINGS, true) });
  const inits: number[][] = [];
  const answers: number[][] = [];
  const parts = new Map<string, number[][]>();
  for (let i = 0; i < STARTS; i++) {
    const started = await startFunction(client, functions, 'predict', environment);
    const asked = performance.now();
    const { statusCode } = (await started.invoke(event)) as APIGatewayProxyResult;
    if (statusCode !== 200) throw new Error(`the function answered ${statusCode}`);
    inits.push([started.initMs]);
    answers.push([performance.now() - asked]);
    await started.stop();

    const probed = await startFunction(client, probe, 'cold-parts', {
      ...environment,
      // Set when the parts are done.
      AWS_LAMBDA_FUNCTION_NAME: undefined,
    });
    const told = (await probed.invoke({})) as Record<string, number>;
    for (const [part, ms] of Object.entries(told)) parts.set(part, [...(parts.get(part) ?? []), [ms]]);
    await probed.stop();
  }
  functions.remove();
  probe.remove();
  await dynamo.close();
  rmSync(folder, { recursive: true });
  const both = inits.map(([init = 0], i) => [init + (answers[i]?.[0] ?? 0)]);
  return [
    { ...figure('cold start: init and first answer, explained', 'ms', both), budget: BUDGET },
    figure('cold start: init', 'ms', inits),
    figure('cold start: first answer, explained, stored', 'ms', answers),
    ...[...parts].map(([part, times]) => figure(`cold start, part: ${part}`, 'ms', times)),
  ];
}
