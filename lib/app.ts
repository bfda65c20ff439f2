/** The stage's stacks, and the checks that every synth makes. */

import { type App, type Environment, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, HIPAASecurityChecks } from 'cdk-nag';
import { acknowledge } from './acknowledge.ts';
import { type ChosenModel, checkoutModel } from './champion.ts';
import type { StageConfig } from './config.ts';
import { stackName } from './stack-name.ts';
import { ApiStack } from './stacks/api-stack.ts';
import { DataStack } from './stacks/data-stack.ts';
import { IdentityStack } from './stacks/identity-stack.ts';
import { OperationsStack } from './stacks/operations-stack.ts';
import { ReplicaStack } from './stacks/replica-stack.ts';
import { StandbyStack } from './stacks/standby-stack.ts';
import { TrainingStack } from './stacks/training-stack.ts';
import { WebStack } from './stacks/web-stack.ts';

/** Findings that hold of whatever CDK makes. */
const EVERYWHERE = {
  'HIPAA.Security::HIPAA.Security-IAMNoInlinePolicy':
    'CDK writes each role its own policy, beside it and used by it alone; a managed policy would be the same, shared.',
};

/** What the app consists of. */
export interface Stacks {
  readonly replica?: ReplicaStack;
  readonly standby?: StandbyStack;
  readonly data: DataStack;
  readonly identity: IdentityStack;
  readonly api: ApiStack;
  readonly operations: OperationsStack;
  readonly web: WebStack;
  readonly training: TrainingStack;
}

/** Adds a stage's stacks to the app. @param model what the functions answer with. */
export function addStacks(
  app: App,
  config: StageConfig,
  model: ChosenModel = checkoutModel('nobody asked for another'),
): Stacks {
  const { account, region, replicaRegion, stage } = config;
  const name = (part: string) => stackName(stage, part);
  const envOf = (where: string): Environment => ({ region: where, ...(account && { account }) });
  const replica =
    replicaRegion === undefined
      ? undefined
      : new ReplicaStack(app, name('Replica'), config, {
          env: envOf(replicaRegion),
          crossRegionReferences: true,
        });
  const data = new DataStack(app, name('Data'), {
    config,
    replicas: replica?.buckets,
    env: envOf(region),
    crossRegionReferences: replica !== undefined,
  });
  const standby =
    replicaRegion === undefined
      ? undefined
      : new StandbyStack(app, name('Standby'), {
          config,
          data,
          env: envOf(replicaRegion),
          crossRegionReferences: true,
        });
  const identity = new IdentityStack(app, name('Identity'), { config, data, env: envOf(region) });
  const api = new ApiStack(app, name('Api'), { config, data, identity, model, env: envOf(region) });
  const operations = new OperationsStack(app, name('Operations'), { config, data, api, env: envOf(region) });
  const web = new WebStack(app, name('Web'), { config, data, env: envOf(region) });
  const training = new TrainingStack(app, name('Training'), {
    config,
    data,
    ...(config.github && { github: config.github }),
    env: envOf(region),
  });
  if (operations.deploy) training.grantFetch(operations.deploy.role);
  Tags.of(app).add('centinela:stage', stage);
  acknowledge(app, EVERYWHERE);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new HIPAASecurityChecks(app));
  return {
    data,
    identity,
    api,
    operations,
    training,
    web,
    ...(replica && { replica }),
    ...(standby && { standby }),
  };
}
