import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { bundleHandler } from '../bundle-handlers.ts';
import type { StageConfig } from '../config.ts';
import { onlyInAws } from '../only-in-aws.ts';
import type { Handlers } from './handlers.ts';
import type { Rollout } from './rollout.ts';
import { ServiceFunction } from './service-function.ts';

export interface WarmScheduleProps {
  readonly config: StageConfig;
  readonly warm: NonNullable<StageConfig['warm']>;
  readonly handlers: Handlers;
  readonly rollout: Rollout;
  readonly logKey: IKey;
}

/**
 * Provisioned concurrency of `predict` by the hour, paused while a rollout is under way. Application Auto Scaling could
 * not be paused without functions of ours at both ends of a rollout, and would forget an hour that fell into one.
 */
export class WarmSchedule extends Construct {
  constructor(scope: Construct, id: string, { config, warm, handlers, rollout, logKey }: WarmScheduleProps) {
    super(scope, id);
    const { predict, tracing } = handlers;
    const { group } = rollout;
    // From the first deploy on, and never none: CloudFormation looks for it at every update of the alias.
    predict.liveResource.provisionedConcurrencyConfig = {
      provisionedConcurrentExecutions: warm.min,
    };
    const keepWarm = new ServiceFunction(this, 'KeepWarm', {
      config,
      code: bundleHandler(this, 'keep-warm'),
      logKey,
      tracing,
      memoryMb: 256,
      environment: {
        CENTINELA_FUNCTION: predict.function.functionName,
        CENTINELA_ALIAS: predict.live.aliasName,
        CENTINELA_APPLICATION: group.application.applicationName,
        CENTINELA_DEPLOYMENT_GROUP: group.deploymentGroupName,
      },
    });
    keepWarm.role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:PutProvisionedConcurrencyConfig'],
        resources: [predict.live.functionArn],
      }),
    );
    keepWarm.role.addToPolicy(
      new PolicyStatement({ actions: ['codedeploy:ListDeployments'], resources: [group.deploymentGroupArn] }),
    );
    const at = (name: string, cron: string, instances: number) =>
      new Rule(this, name, {
        schedule: Schedule.expression(cron),
        targets: [new LambdaFunction(keepWarm.target, { event: RuleTargetInput.fromObject({ instances }) })],
      });
    at('From', warm.from, warm.max);
    at('To', warm.to, warm.min);
    acknowledge(this, { 'HIPAA.Security::HIPAA.Security-LambdaDLQ': 'The next hour says it again.' });
    onlyInAws(config, this);
  }
}
