/** `cdk deploy`, as an operator runs it, into an emulator. */

import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  APIGatewayClient,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  GetUsagePlansCommand,
} from '@aws-sdk/client-api-gateway';
import type { IssuerConfig } from '../../lambdas/api/issuers.ts';
import { ACCOUNT, type Emulator, REGION } from './emulator.ts';
import { run } from './processes.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CDK = join(ROOT, 'node_modules/aws-cdk/bin/cdk');
const BUILD = join(ROOT, 'build/deploy');
const BOOTSTRAP_MS = 120_000;
const DEPLOY_MS = 240_000;

/** Credentials that an emulator takes, for AWS's own clients. */
export const clientFor = ({ endpoint }: Emulator) => ({
  endpoint,
  region: REGION,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

export interface DeployedApi {
  /** Where it answers: a path of the contract comes after it. */
  readonly url: string;
  /** A key of the usage plan. */
  readonly key: string;
}

/** Bootstraps the account, deploys every stack of the stage `emulator`, and makes a tenant's key. */
export async function deploy(
  emulator: Emulator,
  tenant: string,
  issuers: readonly IssuerConfig[],
): Promise<DeployedApi> {
  mkdirSync(BUILD, { recursive: true });
  const outputs = join(BUILD, 'outputs.json');
  const context = ['-c', 'stage=emulator', '-c', `issuers=${JSON.stringify(issuers)}`];
  const common = ['--output', join(BUILD, 'cdk.out'), '--no-color', '--no-notices', ...context];
  const cdk = (ms: number, ...args: string[]) =>
    run(process.execPath, [CDK, ...args, ...common], {
      cwd: ROOT,
      env: { ...emulator.env, CDK_DISABLE_CLI_TELEMETRY: 'true' },
      ms,
    });
  await cdk(BOOTSTRAP_MS, 'bootstrap', `aws://${ACCOUNT}/${REGION}`);
  await cdk(DEPLOY_MS, 'deploy', '--all', '--require-approval', 'never', '--outputs-file', outputs);
  const { api, stage } = addressIn(readFileSync(outputs, 'utf8'));
  return {
    url: `${emulator.endpoint}/restapis/${api}/${stage}/_user_request_`,
    key: await createKey(emulator, api, tenant),
  };
}

/** Of the API, as the stack's outputs tell it. */
function addressIn(outputs: string): { readonly api: string; readonly stage: string } {
  const [, api, stage] = /https:\/\/(\w+)\.execute-api\.[^/"]+\/(\w+)/.exec(outputs) ?? [];
  if (api === undefined || stage === undefined) throw new Error(`no API among the outputs: ${outputs}`);
  return { api, stage };
}

async function createKey(emulator: Emulator, api: string, tenant: string): Promise<string> {
  const client = new APIGatewayClient(clientFor(emulator));
  const { items = [] } = await client.send(new GetUsagePlansCommand({}));
  const plan = items.find(({ apiStages = [] }) => apiStages.some(({ apiId }) => apiId === api));
  const key = await client.send(new CreateApiKeyCommand({ name: tenant, enabled: true }));
  if (plan?.id === undefined || key.id === undefined || key.value === undefined)
    throw new Error('the API has no usage plan, or makes no keys');
  await client.send(
    new CreateUsagePlanKeyCommand({ usagePlanId: plan.id, keyId: key.id, keyType: 'API_KEY' }),
  );
  return key.value;
}
