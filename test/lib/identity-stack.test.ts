import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLE_NAMES, ROLES } from '../../lambdas/api/claims.ts';
import { parseIssuers } from '../../lambdas/api/issuers.ts';
import { ROUTES } from '../../lambdas/api/routes.ts';
import { TENANT_ATTRIBUTE } from '../../lambdas/functions/pre-token.ts';
import { DataStack } from '../../lib/stacks/data-stack.ts';
import { IdentityStack } from '../../lib/stacks/identity-stack.ts';
import { stageConfig } from '../../lib/stages.ts';
import { SYNTH_MS } from './synth.ts';

const STAGES = ['dev', 'prod', 'emulator'];

let folder: string;
const stacks = new Map<string, IdentityStack>();
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'centinela-'));
  for (const stage of STAGES) stacks.set(stage, stackOf(stage));
}, SYNTH_MS);
afterAll(() => rmSync(folder, { recursive: true }));

function stackOf(stage: string): IdentityStack {
  const app = new App({ outdir: join(folder, stage) });
  // The second region's keys come from its own stack.
  const { replicaRegion: _none, ...config } = stageConfig(stage);
  const env = { account: '111111111111', region: config.region };
  const data = new DataStack(app, 'Data', { config, env });
  return new IdentityStack(app, 'Identity', { config, data, env });
}

function made(stage: string): { stack: IdentityStack; template: Template } {
  const stack = stacks.get(stage) as IdentityStack;
  return { stack, template: Template.fromStack(stack) };
}

const propertiesOf = (template: Template, type: string) =>
  Object.values(template.findResources(type)).map(({ Properties }) => Properties);

describe.each(STAGES)('the user pool of %s', (stage) => {
  let stack: IdentityStack;
  let template: Template;
  beforeAll(() => {
    ({ stack, template } = made(stage));
  }, SYNTH_MS);

  it('asks everybody for a second factor, an app and no text message', () => {
    template.hasResourceProperties('AWS::Cognito::UserPool', {
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
    });
  });

  it('asks for long passwords of all kinds, and watches over them', () => {
    template.hasResourceProperties('AWS::Cognito::UserPool', {
      Policies: {
        PasswordPolicy: {
          MinimumLength: 14,
          RequireLowercase: true,
          RequireUppercase: true,
          RequireNumbers: true,
          RequireSymbols: true,
          PasswordHistorySize: 5,
          TemporaryPasswordValidityDays: 1,
        },
      },
      UserPoolTier: 'PLUS',
      UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' },
    });
  });

  it('lets nobody make an account or change hospital', () => {
    template.hasResourceProperties('AWS::Cognito::UserPool', {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      Schema: Match.arrayWith([Match.objectLike({ Name: 'tenant', Mutable: false })]),
    });
    for (const { WriteAttributes } of propertiesOf(template, 'AWS::Cognito::UserPoolClient'))
      expect(WriteAttributes).toEqual(['email']);
    expect(TENANT_ATTRIBUTE).toBe('custom:tenant');
  });

  it('has a group for each role', () => {
    const groups = propertiesOf(template, 'AWS::Cognito::UserPoolGroup').map(({ GroupName }) => GroupName);

    expect(groups.sort()).toEqual([...ROLE_NAMES].sort());
  });

  it("has the routes' scopes, which are the roles' too", () => {
    const [server] = propertiesOf(template, 'AWS::Cognito::UserPoolResourceServer');

    const scopes = server?.Scopes.map(({ ScopeName }: { ScopeName: string }) => ScopeName).sort();

    expect(server?.Identifier).toBe('centinela');
    expect(scopes).toEqual([...new Set(ROUTES.flatMap(({ scope }) => scope ?? []))].sort());
    expect(scopes).toEqual([...new Set(Object.values(ROLES).flat())].sort());
  });

  it('has the hospital written into tokens of machines too, by the alias', () => {
    const [pool] = propertiesOf(template, 'AWS::Cognito::UserPool');
    const [alias = ''] = Object.keys(template.findResources('AWS::Lambda::Alias'));

    expect(pool?.LambdaConfig).toEqual({
      PreTokenGenerationConfig: { LambdaVersion: 'V3_0', LambdaArn: { Ref: alias } },
    });
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: { Ref: alias },
      Principal: 'cognito-idp.amazonaws.com',
    });
  });

  it('has no client of a machine: a command makes those', () => {
    for (const client of propertiesOf(template, 'AWS::Cognito::UserPoolClient'))
      expect(client.AllowedOAuthFlows).toEqual(['code']);
  });

  it('can be taken down only where the stage can', () => {
    const isProd = stage === 'prod';

    template.hasResource('AWS::Cognito::UserPool', {
      DeletionPolicy: isProd ? 'Retain' : 'Delete',
      Properties: { DeletionProtection: isProd ? 'ACTIVE' : 'INACTIVE' },
    });
    expect(stack.terminationProtection).toBe(isProd);
  });

  it('is an issuer that the authorizer takes', () => {
    const { region } = stack;
    // As it is once the pool has an id.
    const issuer = JSON.parse(JSON.stringify(stack.identity.issuer).replaceAll(/\$\{Token[^}]+\}/g, 'pool'));

    expect(parseIssuers(JSON.stringify([issuer]))).toMatchObject([
      {
        issuer: `https://cognito-idp.${region}.amazonaws.com/pool`,
        jwksUrl: `https://cognito-idp.${region}.amazonaws.com/pool/.well-known/jwks.json`,
      },
    ]);
  });
});

describe("the clinician's page", () => {
  it('gets a code and no secret, and nothing but a code', () => {
    const { template } = made('dev');

    template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      CallbackURLs: ['http://localhost:5173/'],
      SupportedIdentityProviders: ['COGNITO'],
      PreventUserExistenceErrors: 'ENABLED',
      AccessTokenValidity: 15,
      TokenValidityUnits: Match.objectLike({ AccessToken: 'minutes' }),
    });
  });

  it('has no client where the stage names no page', () => {
    made('prod').template.resourceCountIs('AWS::Cognito::UserPoolClient', 0);
  });
});

describe('the trigger', () => {
  it("reads its own stage's clients, and may do nothing else with them", () => {
    const { template } = made('prod');

    const rights = propertiesOf(template, 'AWS::IAM::Policy')
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Action }) => JSON.stringify(Action).includes('ssm:'));

    expect(rights).toEqual([
      {
        Effect: 'Allow',
        Action: 'ssm:GetParameter',
        Resource: {
          'Fn::Join': [
            '',
            expect.arrayContaining([expect.stringMatching(/parameter\/centinela\/prod\/clients\/\*$/)]),
          ],
        },
      },
    ]);
  });

  it('knows the stage', () => {
    made('prod').template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ CENTINELA_STAGE: 'prod' }) },
    });
  });
});
