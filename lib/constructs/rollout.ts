import { Aws, Duration, Fn, Stack } from 'aws-cdk-lib';
import {
  LambdaApplication,
  LambdaDeploymentConfig,
  LambdaDeploymentGroup,
  TrafficRouting,
} from 'aws-cdk-lib/aws-codedeploy';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeWildcards, named } from '../acknowledge.ts';
import { bundleHandler } from '../bundle-handlers.ts';
import type { StageConfig } from '../config.ts';
import { inAws, onlyInAws } from '../only-in-aws.ts';
import type { Handlers } from './handlers.ts';
import { MODEL_PACKAGE } from './layers.ts';
import { newVersionAlarms } from './rollout-alarms.ts';
import { ServiceFunction } from './service-function.ts';

export interface RolloutProps {
  readonly config: StageConfig;
  readonly handlers: Handlers;
  /** Encrypts the hook's log. */
  readonly logKey: IKey;
}

/**
 * How a new version of `predict` reaches the patients: after the golden requests, a share of the traffic at a time, and
 * back at once where an alarm of its own fires. Whoever else runs the models follows when it stands.
 */
export class Rollout extends Construct {
  readonly group: LambdaDeploymentGroup;
  readonly hook: ServiceFunction;

  constructor(scope: Construct, id: string, { config, handlers, logKey }: RolloutProps) {
    super(scope, id);
    const { predict, followers } = handlers;
    this.hook = this.#goldenCheck(config, handlers, logKey);
    this.group = new LambdaDeploymentGroup(this, 'Group', {
      application: new LambdaApplication(this, 'Application'),
      alias: predict.live,
      deploymentConfig: this.#shiftOf(config),
      alarms: newVersionAlarms(this, config, predict),
      preHook: this.hook.function as IFunction,
      autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: true },
    });
    // The function takes no rights: its role does.
    this.group.grantPutLifecycleEventHookExecutionStatus(this.hook.role);
    // The alias waits for the hook, and so for what the hook may do.
    this.hook.function.node.addDependency(this.hook.role);
    const { liveResource } = predict;
    const { logicalId } = inAws(config, Stack.of(this));
    const policy = liveResource.cfnOptions.updatePolicy?.codeDeployLambdaAliasUpdate;
    liveResource.cfnOptions.updatePolicy = {
      codeDeployLambdaAliasUpdate: Fn.conditionIf(logicalId, policy, Aws.NO_VALUE) as never,
    };
    for (const follower of followers) follower.liveResource.node.addDependency(liveResource);
    acknowledge(this.group, NAG);
    acknowledgeWildcards(this.group, 'Whatever version of the hook is there.', [
      `Resource::${named(this, `${this.hook.function.functionArn}:*`)}`,
    ]);
    onlyInAws(config, this);
  }

  #shiftOf({ rollout: { shift, percent, minutes } }: StageConfig): LambdaDeploymentConfig {
    const step = { percentage: percent, interval: Duration.minutes(minutes) };
    return new LambdaDeploymentConfig(this, 'Shift', {
      trafficRouting:
        shift === 'canary' ? TrafficRouting.timeBasedCanary(step) : TrafficRouting.timeBasedLinear(step),
    });
  }

  #goldenCheck(config: StageConfig, { predict, layers, tracing }: Handlers, logKey: IKey): ServiceFunction {
    const hook = new ServiceFunction(this, 'GoldenCheck', {
      config,
      code: bundleHandler(this, 'golden-check'),
      logKey,
      tracing,
      memoryMb: 512,
      // Some hundreds of requests, one after the other.
      timeout: Duration.minutes(10),
      layers: [layers.model],
      environment: {
        CENTINELA_MODEL_DIR: MODEL_PACKAGE,
        CENTINELA_NEW_VERSION: predict.function.currentVersion.functionArn,
      },
    });
    const versions = `${predict.function.functionArn}:*`;
    hook.role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [versions] }));
    acknowledgeWildcards(
      hook.role,
      'Each rollout has a new version: a right that names it would be seconds old when it is used.',
      [`Resource::${named(this, versions)}`],
    );
    return hook;
  }
}

const NAG = {
  'AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]':
    'What CodeDeploy may do to shift an alias: AWS’s own list, the narrower of its two.',
};
