/** Rights over everything, in all stacks together: few, and each with its reason. */

import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SYNTH_MS, synthesise } from './synth.ts';

const MOST = 10;

/** Actions allowed on `*`, by the policy that allows them. */
const WILD: Readonly<Record<string, string>> = {
  'Identity/PreTokenTracing: xray:PutTelemetryRecords, xray:PutTraceSegments': 'X-Ray knows no resources.',
  'Api/HandlersTracing: xray:PutTelemetryRecords, xray:PutTraceSegments': 'X-Ray knows no resources.',
  'Training/RolesJobDefaultPolicy: ecr:GetAuthorizationToken':
    'A login to the registry names no repository; what may be pulled is said beside it.',
};

/** AWS's own policies, which may hold `*` too. */
const MANAGED: Readonly<Record<string, string>> = {
  AmazonAPIGatewayPushToCloudWatchLogs:
    'What API Gateway itself writes its logs with, once an account; it refuses a narrower one.',
  AWSCodeDeployRoleForLambdaLimited: 'What CodeDeploy shifts traffic with: aliases, alarms, hooks.',
  AWSLambdaBasicExecutionRole:
    'CDK gives it to the functions that hand values from region to region while it deploys.',
};

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

const listOf = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** Every statement in a value, however deep a condition of CloudFormation has put it. */
function statementsIn(value: unknown): Statement[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'Effect' in value && 'Resource' in value ? [value as Statement] : [];
  return [...own, ...Object.values(value).flatMap(statementsIn)];
}

let folder: string;
/** Of each stack, those resources that give rights to identities. */
let resources: { readonly name: string; readonly properties: Record<string, unknown> }[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'centinela-'));
  synthesise('prod', folder, {
    github: { owner: 'example', repo: 'centinela', environment: 'production', tokenSecret: 'token' },
    operations: { emails: { critical: ['night@example.org'] }, trailLogGroup: 'trail' },
  } as object);
  resources = globSync(join(folder, '*.template.json')).flatMap((file) => {
    const [, stack = ''] = /Centinela-prod-(\w+)\./.exec(file) ?? [];
    const { Resources } = JSON.parse(readFileSync(file, 'utf8'));
    return Object.entries<{ Type: string; Properties: Record<string, unknown> }>(Resources)
      .filter(([, { Type }]) => Type.startsWith('AWS::IAM::'))
      .map(([id, { Properties }]) => ({
        name: `${stack}/${id.replace(/[0-9A-F]{8}$/, '')}`,
        properties: Properties,
      }));
  });
}, SYNTH_MS);
afterAll(() => rmSync(folder, { recursive: true }));

describe('the rights of all stacks together', () => {
  it('hold for everything in few statements, each of which is named here with its reason', () => {
    const wild = resources.flatMap(({ name, properties }) =>
      statementsIn(properties)
        .filter(({ Effect, Resource }) => Effect === 'Allow' && listOf(Resource).includes('*'))
        .map(({ Action }) => `${name}: ${listOf(Action).join(', ')}`),
    );

    expect(wild.toSorted()).toEqual(Object.keys(WILD).toSorted());
    expect(wild.length).toBeLessThanOrEqual(MOST);
  });

  it('allow no action of every kind', () => {
    const statements = resources.flatMap(({ properties }) => statementsIn(properties));

    expect(statements.length).toBeGreaterThan(50);
    for (const { Effect, Action } of statements)
      if (Effect === 'Allow')
        for (const action of listOf(Action)) expect(action).toMatch(/^\w+:[A-Z]\w+\*?$/);
  });

  it('come from no policy of AWS’s but those named here with their reason, none of them full access', () => {
    const managed = resources
      .flatMap(({ properties }) => JSON.stringify(properties).match(/(?<=:policy\/)[\w/-]+/g) ?? [])
      .map((path) => path.split('/').at(-1));

    expect([...new Set(managed)].toSorted()).toEqual(Object.keys(MANAGED).toSorted());
  });
});
