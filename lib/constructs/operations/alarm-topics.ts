import { Aws } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { StageConfig } from '../../config.ts';

/** How soon somebody must look: at once, the same day, in the week. */
export type AlarmSeverity = keyof StageConfig['operations']['emails'];
const SEVERITIES: readonly AlarmSeverity[] = ['critical', 'warning', 'info'];

const PUBLISHERS = ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'].map(
  (service) => new ServicePrincipal(service),
);

/** Services act for this account alone. */
const OURS = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };

/** Where alarms are told: a topic for each severity, encrypted, with the stage's addresses. */
export class AlarmTopics extends Construct {
  readonly of: Readonly<Record<AlarmSeverity, Topic>>;

  constructor(scope: Construct, id: string, { stage, operations }: StageConfig, key: Key) {
    super(scope, id);
    // Without the key an alarm would fail where nobody sees it.
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsToTopics',
        principals: PUBLISHERS,
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: OURS,
      }),
    );
    const topic = (severity: AlarmSeverity) => {
      const made = new Topic(this, severity, {
        topicName: `centinela-${stage}-${severity}`,
        masterKey: key,
        enforceSSL: true,
      });
      made.addToResourcePolicy(
        new PolicyStatement({
          effect: Effect.ALLOW,
          principals: PUBLISHERS,
          actions: ['sns:Publish'],
          resources: [made.topicArn],
          conditions: OURS,
        }),
      );
      for (const address of operations.emails[severity]) made.addSubscription(new EmailSubscription(address));
      return made;
    };
    this.of = Object.fromEntries(SEVERITIES.map((severity) => [severity, topic(severity)])) as Record<
      AlarmSeverity,
      Topic
    >;
  }
}
