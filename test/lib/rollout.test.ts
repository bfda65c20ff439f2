import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChosenModel, checkoutModel } from '../../lib/champion.ts';
import { SYNTH_MS, type Synth, synthesise } from './synth.ts';

const CHAMPION = {
  layerVersionArn: 'arn:aws:lambda:eu-west-1:123456789012:layer:Model:3',
  version: '0.9.0+01234567',
  because: 'a test says so',
} satisfies ChosenModel;
const IN_AWS = 'OnlyInAws';
/** The routes that run the models, but for the one that is rolled out. */
const FOLLOWERS = ['nextQuestions', 'modelCard', 'terms', 'ready'];

interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly DependsOn?: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: a template is any JSON.
  readonly [key: string]: any;
}
type Entry = readonly [id: string, resource: Resource];

let folder: string;
let champion: Synth;
let prod: Template;
let checkout: Template;
let emulator: Template;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'centinela-'));
  champion = synthesise('prod', join(folder, 'champion'), {}, CHAMPION);
  prod = Template.fromStack(champion.stacks.api);
  checkout = Template.fromStack(synthesise('prod', join(folder, 'checkout')).stacks.api);
  emulator = Template.fromStack(synthesise('emulator', join(folder, 'emulator')).stacks.api);
}, 3 * SYNTH_MS);
afterAll(() => rmSync(folder, { recursive: true }));

const resourcesOf = (template: Template): Entry[] => Object.entries(template.toJSON().Resources);

/** The one resource of a type whose id begins so. */
function only(template: Template, type: string, prefix = ''): Entry {
  const found = resourcesOf(template).filter(([id, { Type }]) => Type === type && id.startsWith(prefix));
  expect(found).toHaveLength(1);
  return found[0] as Entry;
}

const predictVersion = (template: Template) => only(template, 'AWS::Lambda::Version', 'Handlerspredict')[0];
const aliasOf = (template: Template, route: string) =>
  only(template, 'AWS::Lambda::Alias', `Handlers${route}`);

/** What a role may do, besides its log and its trace: action and resource. */
function rightsOf(template: Template, prefix: string): [unknown, unknown][] {
  const [, { Properties }] = only(template, 'AWS::IAM::Policy', prefix);
  return Properties.PolicyDocument.Statement.map(
    ({ Action, Resource }: { Action: unknown; Resource: unknown }): [unknown, unknown] => [Action, Resource],
  ).filter(([action]: [unknown, unknown]) => !JSON.stringify(action).includes('logs:'));
}

describe('the rollout of predict', () => {
  it('is CodeDeploy’s to make, under the one condition', () => {
    const [, alias] = aliasOf(prod, 'predict');
    const [group] = only(prod, 'AWS::CodeDeploy::DeploymentGroup');
    const [application] = only(prod, 'AWS::CodeDeploy::Application');
    const [hook] = only(prod, 'AWS::Lambda::Function', 'RolloutGoldenCheck');

    expect(alias.UpdatePolicy).toEqual({
      CodeDeployLambdaAliasUpdate: {
        'Fn::If': [
          IN_AWS,
          {
            ApplicationName: { Ref: application },
            DeploymentGroupName: { Ref: group },
            BeforeAllowTrafficHook: { Ref: hook },
          },
          { Ref: 'AWS::NoValue' },
        ],
      },
    });
    expect(alias.Condition).toBeUndefined();
  });

  it('leaves the emulator nothing that it refuses', () => {
    const { Conditions } = emulator.toJSON();
    const own = resourcesOf(emulator).filter(([id]) => id.startsWith('Rollout') || id.startsWith('Warm'));

    expect(Conditions[IN_AWS]).toEqual({ 'Fn::Equals': ['emulator', 'aws'] });
    expect(prod.toJSON().Conditions[IN_AWS]).toEqual({ 'Fn::Equals': ['aws', 'aws'] });
    expect(own.length).toBeGreaterThan(5);
    for (const [id, { Condition }] of own) expect([id, Condition]).toEqual([id, IN_AWS]);
    const codeDeploy = resourcesOf(emulator).filter(([, { Type }]) => Type.startsWith('AWS::CodeDeploy'));
    expect(codeDeploy.every(([id]) => id.startsWith('Rollout'))).toBe(true);
  });

  it('sends a tenth ahead for five minutes, and goes back by itself', () => {
    prod.hasResourceProperties('AWS::CodeDeploy::DeploymentConfig', {
      ComputePlatform: 'Lambda',
      TrafficRoutingConfig: {
        Type: 'TimeBasedCanary',
        TimeBasedCanary: { CanaryPercentage: 10, CanaryInterval: 5 },
      },
    });
    const [config] = only(prod, 'AWS::CodeDeploy::DeploymentConfig');
    const alarms = resourcesOf(prod).flatMap(([id, { Type }]) =>
      Type === 'AWS::CloudWatch::Alarm' && id.startsWith('Rollout') ? [{ Name: { Ref: id } }] : [],
    );
    expect(alarms).toHaveLength(2);
    prod.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
      DeploymentConfigName: { Ref: config },
      DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
      AlarmConfiguration: { Enabled: true, Alarms: Match.arrayWith(alarms) },
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'],
      },
    });
  });

  it.each([
    ['Errors', { Statistic: 'Sum', Threshold: 0 }],
    ['Duration', { ExtendedStatistic: 'p99', Threshold: 1_000 }],
  ])('watches %s of the new version alone, by an alarm of its own', (metric, limit) => {
    const version = { 'Fn::GetAtt': [predictVersion(prod), 'Version'] };
    const [functionId] = only(prod, 'AWS::Lambda::Function', 'Handlerspredict');
    const [, alias] = aliasOf(prod, 'predict');

    const found = resourcesOf(prod).find(
      ([id, { Properties }]) => id.startsWith('Rollout') && Properties?.MetricName === metric,
    );
    const { Dimensions, AlarmName, ...alarm } = found?.[1].Properties ?? {};

    expect(alias.Properties.FunctionVersion).toEqual(version);
    expect(Dimensions).toEqual([
      { Name: 'ExecutedVersion', Value: version },
      { Name: 'FunctionName', Value: { Ref: functionId } },
      { Name: 'Resource', Value: { 'Fn::Join': ['', [{ Ref: functionId }, ':live']] } },
    ]);
    // Another name is another alarm, which has never fired.
    expect(AlarmName['Fn::Join'][1].at(-1)).toEqual(version);
    expect(alarm).toMatchObject({
      ...limit,
      ComparisonOperator: 'GreaterThanThreshold',
      Period: 60,
      TreatMissingData: 'notBreaching',
    });
  });

  it('is waited for by whoever else runs the models', () => {
    const [predict] = aliasOf(prod, 'predict');

    for (const route of FOLLOWERS) expect(aliasOf(prod, route)[1].DependsOn).toContain(predict);
  });
});

describe('the golden check', () => {
  it('calls the version that is rolled out, with its bundle', () => {
    const [, { Properties }] = only(prod, 'AWS::Lambda::Function', 'RolloutGoldenCheck');

    expect(Properties.Environment.Variables).toMatchObject({
      CENTINELA_NEW_VERSION: { Ref: predictVersion(prod) },
      CENTINELA_MODEL_DIR: 'centinela-model',
    });
    expect(Properties.Layers).toEqual([CHAMPION.layerVersionArn]);
    expect(Properties.Timeout).toBe(600);
  });

  it('may call versions of predict and tell CodeDeploy, and nothing else', () => {
    const [predict] = only(prod, 'AWS::Lambda::Function', 'Handlerspredict');
    const [group] = only(prod, 'AWS::CodeDeploy::DeploymentGroup');

    const rights = rightsOf(prod, 'RolloutGoldenCheckRole');

    expect(rights).toHaveLength(2);
    expect(rights).toContainEqual([
      'lambda:InvokeFunction',
      { 'Fn::Join': ['', [{ 'Fn::GetAtt': [predict, 'Arn'] }, ':*']] },
    ]);
    const tell = rights.find(([action]) => action === 'codedeploy:PutLifecycleEventHookExecutionStatus');
    expect(JSON.stringify(tell)).toContain(`{"Ref":"${group}"}`);
    expect(JSON.stringify(tell)).not.toContain('"*"');
  });
});

describe('the warm schedule', () => {
  it('says every hour how many there are to be', () => {
    const rules = resourcesOf(prod).filter(([, { Type }]) => Type === 'AWS::Events::Rule');

    const said = rules.map(([, { Properties }]) => [
      Properties.ScheduleExpression,
      Properties.Targets[0].Input,
    ]);

    expect(said.sort()).toEqual([
      ['cron(0 20-23,0-5 * * ? *)', '{"instances":1}'],
      ['cron(0 6-19 ? * MON-FRI *)', '{"instances":4}'],
    ]);
  });

  it('never leaves the alias without one: CloudFormation looks for it', () => {
    const [, { Properties }] = aliasOf(prod, 'predict');

    expect(Properties.ProvisionedConcurrencyConfig).toEqual({ ProvisionedConcurrentExecutions: 1 });
  });

  it('may set the number and ask whether a rollout is under way, and nothing else', () => {
    const [alias] = aliasOf(prod, 'predict');
    const rights = rightsOf(prod, 'WarmKeepWarmRole');

    expect(rights.map(([action]) => action).sort()).toEqual([
      'codedeploy:ListDeployments',
      'lambda:PutProvisionedConcurrencyConfig',
    ]);
    expect(rights).toContainEqual(['lambda:PutProvisionedConcurrencyConfig', { Ref: alias }]);
    expect(JSON.stringify(rights)).not.toContain('"*"');
  });
});

describe('the deployed model', () => {
  const layersOf = (template: Template) =>
    resourcesOf(template).filter(
      ([, { Type, Properties }]) =>
        Type === 'AWS::Lambda::LayerVersion' && Properties.Description.startsWith('Model bundle'),
    );
  const predictOf = (template: Template) =>
    only(template, 'AWS::Lambda::Function', 'Handlerspredict')[1].Properties;
  const recordOf = (template: Template) => only(template, 'AWS::SSM::Parameter', 'Champion')[1];

  it('is the champion, though another bundle lies in the checkout', () => {
    expect(checkoutModel('').version).not.toBe(CHAMPION.version);

    expect(layersOf(prod)).toEqual([]);
    expect(predictOf(prod).Layers).toContain(CHAMPION.layerVersionArn);
    expect(recordOf(prod).Properties).toMatchObject({
      Name: '/centinela/prod/champion',
      Value: JSON.stringify({ layerVersionArn: CHAMPION.layerVersionArn, version: CHAMPION.version }),
    });
    Annotations.fromStack(champion.stacks.api).hasInfo(
      '*',
      Match.stringLikeRegexp('^Model 0[.]9[.]0[+]01234567: a test says so[.]'),
    );
  });

  it('is the checkout’s where there is no champion, published and named for the next synth', () => {
    const [[layer] = ['']] = layersOf(checkout);
    const { version } = checkoutModel('');

    expect(predictOf(checkout).Layers).toContainEqual({ Ref: layer });
    expect(recordOf(checkout).Properties.Value).toEqual({
      'Fn::Join': ['', ['{"layerVersionArn":"', { Ref: layer }, `","version":"${version}"}`]],
    });
  });

  it('is named only when it stands', () => {
    const [alias] = aliasOf(prod, 'predict');

    expect(recordOf(prod).DependsOn).toEqual([alias]);
  });

  it('makes a new version of what changed to Lambda too, which publishes nothing else', () => {
    const { Layers: _, Code: __, ...before } = predictOf(checkout);
    const { Layers: ___, Code: ____, ...after } = predictOf(prod);

    expect(predictVersion(prod)).not.toBe(predictVersion(checkout));
    expect(after).not.toEqual(before);
  });
});

it('the checks object to nothing', () => {
  expect(champion.findings).toEqual([]);
});
