import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METRICS, NAMESPACE } from '../../lambdas/adapters/metrics.ts';
import { SECURITY_ALARMS } from '../../lib/constructs/operations/security-alarms.ts';
import { dimensionsOf, type MetricName } from '../../lib/metrics.ts';
import { SYNTH_MS, type Synth, synthesise } from './synth.ts';

const GITHUB = {
  owner: 'example',
  repo: 'centinela',
  environment: 'production',
  tokenSecret: 'centinela/github-token',
};

let folder: string;
let synth: Synth;
let template: Template;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'centinela-'));
  const config = {
    github: GITHUB,
    operations: { emails: { critical: ['night@example.org'] }, trailLogGroup: 'trail' },
  } as object;
  synth = synthesise('prod', folder, config);
  template = Template.fromStack(synth.stacks.operations);
}, SYNTH_MS);
afterAll(() => rmSync(folder, { recursive: true }));

const propertiesOf = (type: string) =>
  Object.entries(template.findResources(type)).map(([id, { Properties }]) => ({ id, ...Properties }));

/** A topic as an alarm names it. */
function topicRef(severity: string): object {
  const topic = propertiesOf('AWS::SNS::Topic').find(
    ({ TopicName }) => TopicName === `centinela-prod-${severity}`,
  );
  return { Ref: topic?.id };
}

function alarmCalled(name: string) {
  const alarm = propertiesOf('AWS::CloudWatch::Alarm').find(
    ({ AlarmName }) => AlarmName === `centinela-prod-${name}`,
  );
  if (alarm === undefined) throw new Error(`no alarm ${name}`);
  return alarm;
}

/** What CloudFormation would make of it, with words for what only it knows. */
const joined = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : Array.isArray(value)
      ? value.map(joined).join('')
      : joined((value as Record<string, [string, unknown[]]>)['Fn::Join']?.[1] ?? 'known-later');

describe('the topics', () => {
  it('are three, encrypted by our key, for TLS and for alarms and budgets of this account', () => {
    const topics = propertiesOf('AWS::SNS::Topic');

    expect(topics.map(({ TopicName }) => TopicName).sort()).toEqual(
      ['critical', 'info', 'warning'].map((severity) => `centinela-prod-${severity}`),
    );
    for (const { KmsMasterKeyId } of topics) expect(KmsMasterKeyId).toBeDefined();
    for (const { PolicyDocument } of propertiesOf('AWS::SNS::TopicPolicy'))
      expect(PolicyDocument.Statement).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            Effect: 'Deny',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
          expect.objectContaining({
            Action: 'sns:Publish',
            Principal: { Service: ['budgets.amazonaws.com', 'cloudwatch.amazonaws.com'] },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      );
  });

  it('may be written to: the key lets the alarms use it', () => {
    Template.fromStack(synth.stacks.data).hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
            Principal: { Service: ['budgets.amazonaws.com', 'cloudwatch.amazonaws.com'] },
          }),
        ]),
      },
    });
  });

  it('tell the addresses of the configuration', () => {
    expect(propertiesOf('AWS::SNS::Subscription')).toMatchObject([
      { Protocol: 'email', Endpoint: 'night@example.org', TopicArn: topicRef('critical') },
    ]);
  });
});

describe('the alarms', () => {
  const FIVE = 300;

  it.each([
    [
      'api-errors',
      'critical',
      { MetricName: '5XXError', Statistic: 'Average', Period: FIVE, Threshold: 0.05, EvaluationPeriods: 1 },
    ],
    [
      'api-slow',
      'warning',
      {
        MetricName: 'Latency',
        ExtendedStatistic: 'p99',
        Period: FIVE,
        Threshold: 1_000,
        EvaluationPeriods: 2,
      },
    ],
    [
      'low-confidence',
      'warning',
      {
        Namespace: NAMESPACE,
        MetricName: 'Confidence',
        Statistic: 'Average',
        Period: FIVE,
        Threshold: 0.6,
        EvaluationPeriods: 6,
        ComparisonOperator: 'LessThanThreshold',
      },
    ],
    [
      'model-unavailable',
      'critical',
      { Namespace: NAMESPACE, MetricName: 'ModelUnavailableCount', Statistic: 'Sum', Threshold: 0 },
    ],
    [
      'not-recorded',
      'critical',
      { Namespace: NAMESPACE, MetricName: 'NotRecordedCount', Statistic: 'Sum', Threshold: 0 },
    ],
    [
      'drift',
      'warning',
      {
        Namespace: NAMESPACE,
        MetricName: 'DriftScore',
        Statistic: 'Maximum',
        Period: 86_400,
        Threshold: 0.7,
        EvaluationPeriods: 1,
        TreatMissingData: 'ignore',
      },
    ],
    [
      'dispatch-undecided',
      'warning',
      { MetricName: 'ApproximateNumberOfMessagesVisible', Statistic: 'Maximum', Threshold: 0 },
    ],
    [
      'dispatch-undelivered',
      'warning',
      { MetricName: 'ApproximateNumberOfMessagesVisible', Statistic: 'Maximum', Threshold: 0 },
    ],
    [
      'dispatch-failed',
      'warning',
      { Namespace: 'AWS/Events', MetricName: 'FailedInvocations', Statistic: 'Sum', Threshold: 0 },
    ],
  ])('%s is %s, at its numbers', (name, severity, numbers) => {
    const alarm = alarmCalled(name);

    expect(alarm).toMatchObject({
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      ...numbers,
      AlarmActions: [topicRef(severity)],
      OKActions: [topicRef(severity)],
    });
  });

  it('look at the stage of the API, and at our stage', () => {
    expect(alarmCalled('api-errors').Dimensions).toEqual([
      { Name: 'ApiName', Value: 'centinela-prod' },
      { Name: 'Stage', Value: expect.anything() },
    ]);
    expect(alarmCalled('low-confidence').Dimensions).toEqual([{ Name: 'Stage', Value: 'prod' }]);
  });

  it.each([
    ['fast', 3_600, 300, 0.0144, 'p85.6', 'critical'],
    ['middle', 21_600, 1_800, 0.006, 'p94', 'critical'],
    ['slow', 86_400, 7_200, 0.003, 'p97', 'warning'],
  ])('burn %s over both windows before they ring', (name, long, short, share, percentile, severity) => {
    for (const [window, Period] of Object.entries({ long, short })) {
      expect(alarmCalled(`slo-availability-${name}-${window}`)).toMatchObject({
        MetricName: '5XXError',
        Statistic: 'Average',
        Period,
        Threshold: share,
        TreatMissingData: 'notBreaching',
      });
      expect(alarmCalled(`slo-latency-${name}-${window}`)).toMatchObject({
        MetricName: 'Latency',
        ExtendedStatistic: percentile,
        Period,
        Threshold: 500,
      });
    }
    for (const objective of ['availability', 'latency']) {
      const both = propertiesOf('AWS::CloudWatch::CompositeAlarm').find(
        ({ AlarmName }) => AlarmName === `centinela-prod-slo-${objective}-${name}`,
      );
      const parts = ['long', 'short'].map((window) => alarmCalled(`slo-${objective}-${name}-${window}`).id);
      expect(both?.AlarmActions).toEqual([topicRef(severity)]);
      expect(JSON.stringify(both?.AlarmRule)).toMatch(
        new RegExp(`ALARM.*${parts[0]}.* AND ALARM.*${parts[1]}`),
      );
    }
  });

  it('tell somebody, each of them, but the windows of a composite', () => {
    const silent = propertiesOf('AWS::CloudWatch::Alarm').filter(
      ({ AlarmActions }) => AlarmActions === undefined,
    );

    expect(silent).toHaveLength(12);
    for (const { AlarmName } of silent) expect(AlarmName).toMatch(/^centinela-prod-slo-.*-(long|short)$/);
  });

  it('are of one metric each, for math is refused by the emulator', () => {
    for (const { Metrics } of propertiesOf('AWS::CloudWatch::Alarm')) expect(Metrics).toBeUndefined();
  });

  it('follow the trail, one for each of its patterns', () => {
    const filters = propertiesOf('AWS::Logs::MetricFilter');

    expect(filters).toHaveLength(SECURITY_ALARMS.length);
    for (const { name, severity } of SECURITY_ALARMS)
      expect(alarmCalled(name)).toMatchObject({
        Namespace: 'CentinelaSecurity',
        MetricName: `prod-${name}`,
        AlarmActions: [topicRef(severity)],
      });
  });

  it('warn of the month’s costs', () => {
    const [{ Budget, NotificationsWithSubscribers } = {}] = propertiesOf('AWS::Budgets::Budget') as {
      Budget?: object;
      NotificationsWithSubscribers?: { Notification: object; Subscribers: object[] }[];
    }[];

    expect(Budget).toMatchObject({ TimeUnit: 'MONTHLY', BudgetLimit: { Amount: 300, Unit: 'USD' } });
    expect(NotificationsWithSubscribers).toMatchObject([
      { Notification: { NotificationType: 'ACTUAL', Threshold: 80 } },
      { Notification: { NotificationType: 'FORECASTED', Threshold: 100 } },
    ]);
    for (const { Subscribers = [] } of NotificationsWithSubscribers ?? [])
      expect(Subscribers).toEqual([{ SubscriptionType: 'SNS', Address: topicRef('warning') }]);
  });
});

interface Shown {
  readonly type: string;
  readonly properties: {
    readonly title: string;
    readonly metrics?: unknown[][];
    readonly query?: string;
  };
}

const widgetsOf = (name: string): Shown[] => {
  const board = propertiesOf('AWS::CloudWatch::Dashboard').find(
    ({ DashboardName }) => DashboardName === `centinela-prod-${name}`,
  );
  return JSON.parse(joined(board?.DashboardBody)).widgets;
};

/** Written by no handler, for it is computed once a day over many requests. */
const DRIFT_JOB = ['DriftScore', 'FeatureDrift'];

describe('the dashboards', () => {
  it.each([
    [
      'operations',
      [
        'Requests a second',
        'Time to answer over 24 h',
        '4xx and 5xx',
        'Concurrency',
        'Duration',
        'Memory',
        'Cold starts',
      ],
    ],
    [
      'model',
      [
        'Severities predicted',
        'Mean confidence by hour',
        'Drift score',
        'The ten features that drift most',
        'Champion against baseline',
      ],
    ],
    [
      'clinical',
      [
        'Urgent cases found',
        'Time to answer for critical cases',
        "Doctors' mean rating",
        'Cases that need review',
      ],
    ],
  ])('%s shows what it should, titled in both languages', (name, titles) => {
    const shown = widgetsOf(name).map(({ properties }) => properties.title);

    for (const title of titles) expect(shown).toContainEqual(expect.stringContaining(`/ ${title}`));
    for (const title of shown) expect(title).toMatch(/.+ \/ .+/);
  });

  it('name no metric of ours that nobody writes, nor do the alarms, with the dimensions that it has', () => {
    const isWritten = (name: unknown) => String(name) in METRICS || DRIFT_JOB.includes(String(name));
    const watched = propertiesOf('AWS::CloudWatch::Alarm').filter(({ Namespace }) => Namespace === NAMESPACE);
    const metrics = ['operations', 'model', 'clinical']
      .flatMap(widgetsOf)
      .flatMap(({ properties }) => properties.metrics ?? []);
    const whole = metrics.filter(([namespace]) => namespace === NAMESPACE);
    const searched = metrics.flatMap(([first]) => [
      ...JSON.stringify(first).matchAll(/SEARCH\('\{Centinela,Stage,([\w,]+)\} MetricName=\\"(\w+)\\"/g),
    ]);

    expect(whole.length).toBeGreaterThan(5);
    for (const [, name, ...rest] of whole) {
      expect(isWritten(name), String(name)).toBe(true);
      expect(dimensionsOf(name as MetricName)).toEqual([]);
      expect(rest.slice(0, 2)).toEqual(['Stage', 'prod']);
    }
    expect(searched.length).toBeGreaterThan(4);
    for (const [, dimensions, name = ''] of searched) {
      expect(isWritten(name), name).toBe(true);
      expect(dimensionsOf(name as MetricName)).toEqual(dimensions?.split(','));
    }
    expect(watched.length).toBeGreaterThan(3);
    for (const { MetricName: name, Dimensions } of watched) {
      expect(isWritten(name), name).toBe(true);
      expect(dimensionsOf(name)).toEqual([]);
      expect(Dimensions).toEqual([{ Name: 'Stage', Value: 'prod' }]);
    }
  });

  it('ask the functions’ logs for memory and cold starts', () => {
    const queries = widgetsOf('operations').filter(({ type }) => type === 'log');

    expect(queries.map(({ properties }) => properties.query).join()).toMatch(
      /platform\.report[\s\S]*maxMemoryUsedMB[\s\S]*initDurationMs/,
    );
  });
});

describe('what GitHub is told', () => {
  const ruleOf = (description: string) =>
    propertiesOf('AWS::Events::Rule').find(({ Description }) => Description === description);

  it('begins with the drift alarm’s going off, and with an approval', () => {
    const alarm = ruleOf('An alarm that asks for a training begins');
    const approval = ruleOf('Somebody approves a model');

    expect(alarm?.EventPattern).toEqual({
      source: ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm State Change'],
      resources: [{ 'Fn::GetAtt': [alarmCalled('drift').id, 'Arn'] }],
      detail: { state: { value: ['ALARM'] }, previousState: { value: [{ 'anything-but': 'ALARM' }] } },
    });
    expect(approval?.EventPattern).toMatchObject({
      source: ['aws.sagemaker'],
      detail: { ModelPackageGroupName: ['centinela-prod'], ModelApprovalStatus: ['Approved'] },
    });
    expect(alarm?.Targets).toMatchObject([{ Arn: approval?.Targets[0].Arn, DeadLetterConfig: {} }]);
  });

  it('goes through the function that tells it once, to the bus, or to the dead letters', () => {
    const [config] = propertiesOf('AWS::Lambda::EventInvokeConfig');
    const [bus] = propertiesOf('AWS::Events::EventBus');
    const [live] = propertiesOf('AWS::Lambda::Alias');

    expect(live?.Name).toBe('live');
    expect(JSON.stringify(config?.Qualifier)).toContain(live?.id);
    expect(config).toMatchObject({
      DestinationConfig: {
        OnSuccess: { Destination: { 'Fn::GetAtt': [bus?.id, 'Arn'] } },
        OnFailure: { Destination: expect.anything() },
      },
    });
  });

  it('is the function’s own body, sent with a token, tried for six hours, then kept', () => {
    const rule = ruleOf('What GitHub is to be told');
    const [target] = rule?.Targets ?? [];

    expect(rule?.EventPattern).toEqual({
      source: ['lambda'],
      detail: { responsePayload: { dispatch: { event_type: ['retrain', 'deploy-model'] } } },
    });
    expect(target).toMatchObject({
      InputPath: '$.detail.responsePayload.dispatch',
      RetryPolicy: { MaximumEventAgeInSeconds: 21_600, MaximumRetryAttempts: 60 },
      DeadLetterConfig: { Arn: expect.anything() },
      HttpParameters: { HeaderParameters: { Accept: 'application/vnd.github+json' } },
    });
    template.hasResourceProperties('AWS::Events::ApiDestination', {
      HttpMethod: 'POST',
      InvocationEndpoint: 'https://api.github.com/repos/example/centinela/dispatches',
    });
    template.hasResourceProperties('AWS::Events::Connection', {
      AuthorizationType: 'API_KEY',
      AuthParameters: {
        ApiKeyAuthParameters: {
          ApiKeyName: 'Authorization',
          ApiKeyValue: 'Bearer {{resolve:secretsmanager:centinela/github-token:SecretString:::}}',
        },
      },
    });
  });

  it('leaves the function no item of the store but its own', () => {
    const statements = propertiesOf('AWS::IAM::Policy').flatMap(
      ({ PolicyDocument }) => PolicyDocument.Statement as { Action: unknown; Condition?: object }[],
    );

    const store = statements.filter(({ Action }) => JSON.stringify(Action).includes('dynamodb:'));

    expect(store).toMatchObject([
      {
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['#dispatches'] } },
      },
    ]);
  });
});

describe('the role that deploys', () => {
  const role = () => propertiesOf('AWS::IAM::Role').find(({ RoleName }) => RoleName !== undefined);

  it('is for jobs of the repository’s environment alone', () => {
    const [provider] = propertiesOf('AWS::IAM::OIDCProvider');

    expect(provider).toMatchObject({
      Url: 'https://token.actions.githubusercontent.com',
      ClientIdList: ['sts.amazonaws.com'],
    });
    expect(role()?.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Principal: { Federated: { Ref: provider?.id } },
        Condition: {
          StringEquals: {
            'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
            'token.actions.githubusercontent.com:sub': 'repo:example/centinela:environment:production',
          },
        },
      },
    ]);
  });

  it('may become the four roles of CDK’s bootstrap in each region, read the champion and fetch a package', () => {
    const policies = propertiesOf('AWS::IAM::Policy').filter(({ Roles }) =>
      JSON.stringify(Roles).includes(`"${role()?.id}"`),
    );
    const statements = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);

    expect(statements.flatMap(({ Action }) => Action).sort()).toEqual(
      [
        'kms:Decrypt',
        's3:GetObject',
        'sagemaker:DescribeModelPackage',
        'ssm:GetParameter',
        'sts:AssumeRole',
      ].sort(),
    );
    expect(
      statements[0].Resource.map(joined)
        .map((arn: string) => arn.replaceAll('known-later', ''))
        .sort(),
    ).toEqual(
      ['eu-west-1', 'eu-west-3']
        .flatMap((region) =>
          ['deploy', 'file-publishing', 'image-publishing', 'lookup'].map(
            (name) => `arn::iam:::role/cdk-hnb659fds-${name}-role--${region}`,
          ),
        )
        .sort(),
    );
  });
});

it('what an emulator refuses stands under the one condition', () => {
  const refused = [
    'AWS::CloudWatch::CompositeAlarm',
    'AWS::Budgets::Budget',
    'AWS::Events::Connection',
    'AWS::Events::ApiDestination',
    'AWS::IAM::OIDCProvider',
  ].flatMap((type) => Object.values(template.findResources(type)));

  expect(refused).toHaveLength(10);
  for (const { Condition } of refused) expect(Condition).toBe('OnlyInAws');
});

it('no right names every resource', () => {
  const wild = [...propertiesOf('AWS::IAM::Policy'), ...propertiesOf('AWS::IAM::ManagedPolicy')]
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement as { Resource: unknown }[])
    .filter(({ Resource }) => JSON.stringify(Resource).includes('"*"'));

  expect(wild).toEqual([]);
});

it('the checks object to nothing', () => {
  expect(synth.findings).toEqual([]);
});
