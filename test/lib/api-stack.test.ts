import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseIssuers } from '../../lambdas/api/issuers.ts';
import { ROUTES } from '../../lambdas/api/routes.ts';
import { SYNTH_MS, type Synth, synthesise } from './synth.ts';

/** Megabytes unpacked that a function and its layers may have together. */
const LAMBDA_LIMIT_MB = 250;

let folder: string;
let synth: Synth;
let template: Template;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'centinela-'));
  synth = synthesise('prod', folder);
  template = Template.fromStack(synth.stacks.api);
}, SYNTH_MS);
afterAll(() => rmSync(folder, { recursive: true }));

const resourcesOf = (type: string) => Object.entries(template.findResources(type));

/** `METHOD path` of every method of the template. */
function methods(): string[] {
  const resources = template.findResources('AWS::ApiGateway::Resource');
  const pathOf = (reference: { Ref?: string }): string => {
    const resource = resources[reference.Ref ?? ''];
    return resource === undefined
      ? ''
      : `${pathOf(resource.Properties.ParentId)}/${resource.Properties.PathPart}`;
  };
  return resourcesOf('AWS::ApiGateway::Method').map(
    ([, { Properties }]) => `${Properties.HttpMethod} ${pathOf(Properties.ResourceId) || '/'}`,
  );
}

function megabytes(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.size / 2 ** 20;
  return readdirSync(path).reduce((sum, name) => sum + megabytes(join(path, name)), 0);
}

describe('the API', () => {
  it('has every route of the contract, and no other', () => {
    const routes = ROUTES.flatMap(({ method, path, aliases }) =>
      [path, ...aliases].map((p) => `${method} ${p}`),
    );

    expect(methods().sort()).toEqual([...routes, 'ANY /', 'ANY /{proxy+}'].sort());
  });

  it('asks for a token and a key wherever the contract asks for a scope', () => {
    const open = ROUTES.filter(({ scope }) => scope === null).length;
    const kinds = resourcesOf('AWS::ApiGateway::Method').map(([, { Properties }]) => Properties);

    const guarded = kinds.filter(({ AuthorizationType }) => AuthorizationType === 'CUSTOM');

    // Besides the open routes, what is no route.
    expect(kinds.length - guarded.length).toBe(open + 2);
    for (const { ApiKeyRequired } of guarded) expect(ApiKeyRequired).toBe(true);
  });

  it('takes the key from the authorizer, whose answer it keeps for five minutes', () => {
    template.hasResourceProperties('AWS::ApiGateway::RestApi', { ApiKeySourceType: 'AUTHORIZER' });
    template.hasResourceProperties('AWS::ApiGateway::Authorizer', {
      Type: 'REQUEST',
      AuthorizerResultTtlInSeconds: 300,
      IdentitySource: 'method.request.header.Authorization',
    });
  });

  it('lets in who has a token of the user pool, and counts by hospital', () => {
    const { CENTINELA_ISSUERS: issuers, ...rest } =
      resourcesOf('AWS::Lambda::Function').find(
        ([, { Properties }]) => Properties.Environment.Variables.CENTINELA_ISSUERS !== undefined,
      )?.[1].Properties.Environment.Variables ?? {};
    // The pool's id comes from its stack at deployment.
    const text = issuers['Fn::Join'][1].map((part: unknown) => (typeof part === 'string' ? part : 'POOL'));

    expect(parseIssuers(text.join(''))).toEqual([
      {
        kind: 'cognito',
        algorithms: ['RS256'],
        issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/POOL',
        jwksUrl: 'https://cognito-idp.eu-west-1.amazonaws.com/POOL/.well-known/jwks.json',
      },
    ]);
    expect(rest).toMatchObject({ CENTINELA_STAGE: 'prod' });
  });

  it.each([
    ['UNAUTHORIZED', '401', 'UNAUTHORIZED'],
    ['ACCESS_DENIED', '403', 'FORBIDDEN'],
    ['WAF_FILTERED', '403', 'FORBIDDEN'],
    ['MISSING_AUTHENTICATION_TOKEN', '404', 'NOT_FOUND'],
    ['REQUEST_TOO_LARGE', '413', 'PAYLOAD_TOO_LARGE'],
    ['THROTTLED', '429', 'TOO_MANY_REQUESTS'],
  ])('answers %s as our own problem, in both languages', (type, status, code) => {
    const found = resourcesOf('AWS::ApiGateway::GatewayResponse').find(
      ([, { Properties }]) => Properties.ResponseType === type,
    );

    const { StatusCode, ResponseParameters, ResponseTemplates } = found?.[1].Properties ?? {};
    const body = JSON.parse(ResponseTemplates['application/json']);

    expect(StatusCode).toBe(status);
    expect(ResponseParameters['gatewayresponse.header.Content-Type']).toBe("'application/problem+json'");
    expect(body).toMatchObject({ code, status: Number(status), request_id: '$context.requestId' });
    expect(body.title).toContain(' / ');
  });

  it('says when to come back to who asks too often', () => {
    template.hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
      ResponseType: 'THROTTLED',
      ResponseParameters: { 'gatewayresponse.header.Retry-After': "'1'" },
    });
  });

  it('writes no body, path or query to its access log', () => {
    const [[, { Properties }] = ['', {}]] = resourcesOf('AWS::ApiGateway::Stage');

    const fields = Object.keys(JSON.parse(Properties.AccessLogSetting.Format));

    expect(fields).toEqual([
      'request_id',
      'extended_request_id',
      'time',
      'resource',
      'method',
      'status',
      'latency_ms',
      'tenant',
      'error',
    ]);
  });
});

describe('the functions', () => {
  it('run Node 24 behind the alias live, traced, their logs encrypted', () => {
    const functions = resourcesOf('AWS::Lambda::Function');

    // Besides the routes: what is none, the authorizer, the golden check and the warm schedule.
    expect(functions).toHaveLength(ROUTES.length + 4);
    for (const [, { Properties }] of functions)
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
      });
    template.allResourcesProperties('AWS::Lambda::Alias', { Name: 'live' });
    template.allResourcesProperties('AWS::Logs::LogGroup', {
      KmsKeyId: Match.anyValue(),
      RetentionInDays: 365,
    });
  });

  it('know their stage, which their metrics carry: every route’s, and what is no route', () => {
    const stages = resourcesOf('AWS::Lambda::Function').map(
      ([, { Properties }]) => Properties.Environment.Variables.CENTINELA_STAGE,
    );

    // The authorizer too.
    expect(stages.filter((stage) => stage === 'prod')).toHaveLength(ROUTES.length + 2);
  });

  it('keep under the limits of Lambda with their layers', () => {
    const layer = (name: string) => megabytes(join(folder, name));
    const largest = Math.max(
      ...readdirSync(join(folder, 'handlers')).map((name) => megabytes(join(folder, 'handlers', name))),
    );

    // Every byte of it is read in a cold start; `import { z }` from zod alone would take it over.
    expect(largest).toBeLessThan(1.2);
    expect(layer('onnx-runtime-arm64')).toBeLessThan(30);
    expect(layer('onnx-runtime-arm64') + layer('model-layer') + largest).toBeLessThan(LAMBDA_LIMIT_MB);
  });

  it('keep their model when another is published', () => {
    const layers = resourcesOf('AWS::Lambda::LayerVersion').map(([, layer]) => layer);

    const model = layers.find(({ Properties }) => Properties.Description.startsWith('Model bundle '));

    expect(model?.DeletionPolicy).toBe('Retain');
  });

  it('have rights to the store only where they use it', () => {
    const users = resourcesOf('AWS::IAM::Policy')
      .filter(([, { Properties }]) => JSON.stringify(Properties.PolicyDocument).includes('dynamodb:'))
      .map(([id]) => /^Handlers(\w+?)Role/.exec(id)?.[1]);

    expect(users.sort()).toEqual(['feedback', 'getPrediction', 'nextQuestions', 'predict']);
  });

  it('name a resource in all of their rights but tracing', () => {
    const documents = [...resourcesOf('AWS::IAM::Policy'), ...resourcesOf('AWS::IAM::ManagedPolicy')].flatMap(
      ([, { Properties }]) => Properties.PolicyDocument.Statement as { Action: unknown; Resource: unknown }[],
    );

    const wild = documents.filter(({ Resource }) => JSON.stringify(Resource).includes('"*"'));

    expect(wild.map(({ Action }) => Action)).toEqual([['xray:PutTelemetryRecords', 'xray:PutTraceSegments']]);
  });
});

describe('the firewall', () => {
  it('counts long bodies and does not block them', () => {
    const [[, { Properties }] = ['', {}]] = resourcesOf('AWS::WAFv2::WebACL');
    const common = Properties.Rules.find(
      ({ Name }: { Name: string }) => Name === 'AWSManagedRulesCommonRuleSet',
    );

    expect(common.Statement.ManagedRuleGroupStatement.RuleActionOverrides).toEqual([
      { Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } },
    ]);
  });

  it('stands before the stage, its log without paths and tokens', () => {
    template.resourceCountIs('AWS::WAFv2::WebACLAssociation', 1);
    template.hasResourceProperties('AWS::WAFv2::LoggingConfiguration', {
      RedactedFields: Match.arrayWith([
        { UriPath: {} },
        { QueryString: {} },
        { SingleHeader: { Name: 'authorization' } },
      ]),
    });
  });
});

it('the checks object to nothing', () => {
  expect(synth.findings).toEqual([]);
});
