import { join } from 'node:path';
import { type App, Duration } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { EventBus, type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventBridgeDestination, SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DISPATCH_PARTITION } from '../../../lambdas/adapters/store/tables.ts';
import { acknowledgeWildcards } from '../../acknowledge.ts';
import { bundleHandlers } from '../../bundle-handlers.ts';
import type { DataStack } from '../../stacks/data-stack.ts';
import type { Handlers } from '../handlers.ts';
import { ServiceFunction } from '../service-function.ts';
import type { Watch } from './alarm.ts';
import { DeadLetters } from './dead-letters.ts';

const ENTRY = 'dedupe-alarm';
/** An event is worth deciding for so long. */
const PATIENCE = { maxEventAge: Duration.hours(6), retryAttempts: 2 };

export interface DispatchGateProps extends Watch {
  readonly data: DataStack;
  readonly handlers: Handlers;
  /** What starts a training. */
  readonly alarms: readonly Alarm[];
}

/** From alarms and approvals to a bus on which each stands once a window: what GitHub is to be told. */
export class DispatchGate extends Construct {
  readonly bus: EventBus;

  constructor(scope: Construct, id: string, props: DispatchGateProps) {
    super(scope, id);
    const { config, alarms } = props;
    this.bus = new EventBus(this, 'Bus', { eventBusName: `centinela-${config.stage}-dispatch` });
    const { queue } = new DeadLetters(this, 'Undecided', props, 'dispatch-undecided');
    const dedupe = this.#dedupe(props);
    this.bus.grantPutEventsTo(dedupe.role);
    queue.grantSendMessages(dedupe.role);
    dedupe.live.configureAsyncInvoke({
      ...PATIENCE,
      onSuccess: new EventBridgeDestination(this.bus as IEventBus),
      onFailure: new SqsDestination(queue as IQueue),
    });
    const targets = [new LambdaFunction(dedupe.target, { ...PATIENCE, deadLetterQueue: queue as IQueue })];
    new Rule(this, 'OnAlarm', {
      description: 'An alarm that asks for a training begins',
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        resources: alarms.map(({ alarmArn }) => alarmArn),
        detail: { state: { value: ['ALARM'] }, previousState: { value: [{ 'anything-but': 'ALARM' }] } },
      },
      targets,
    });
    new Rule(this, 'OnApproval', {
      description: 'Somebody approves a model',
      eventPattern: {
        source: ['aws.sagemaker'],
        detailType: ['SageMaker Model Package State Change'],
        detail: {
          ModelPackageGroupName: [`centinela-${config.stage}`],
          ModelApprovalStatus: ['Approved'],
        },
      },
      targets,
    });
  }

  #dedupe({ config, data, handlers }: DispatchGateProps): ServiceFunction {
    const folderOf = bundleHandlers([ENTRY], join((this.node.root as App).outdir, 'handlers'));
    const made = new ServiceFunction(this, 'Dedupe', {
      config,
      code: folderOf(ENTRY),
      logKey: data.keys.of.operations,
      tracing: handlers.tracing,
      memoryMb: 512,
      environment: {
        CENTINELA_STAGE: config.stage,
        CENTINELA_TABLE_PREFIX: data.tables.prefix,
        CENTINELA_DISPATCH_WINDOW_S: String(config.operations.dispatchWindowHours * 3_600),
      },
    });
    const table = data.tables.of.get('operations');
    if (table === undefined) throw new Error('no table operations');
    made.role.addToPolicy(
      new PolicyStatement({
        actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        resources: [table.tableArn],
        conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [DISPATCH_PARTITION] } },
      }),
    );
    data.keys.of.clinical.grantEncryptDecrypt(made.role);
    acknowledgeWildcards(
      made.role,
      'DynamoDB chooses which data keys a table of this key takes (its guide, "Encryption at rest").',
      ['Action::kms:GenerateDataKey*', 'Action::kms:ReEncrypt*'],
    );
    return made;
  }
}
