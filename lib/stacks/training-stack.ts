import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { allow } from '../allow.ts';
import type { StageConfig } from '../config.ts';
import { type Repository, RetrainRole } from '../constructs/retrain-role.ts';
import { TrainingPipeline } from '../constructs/training-pipeline.ts';
import { TrainingRoles } from '../constructs/training-roles.ts';
import { TrainingSource } from '../constructs/training-source.ts';
import type { DataStack } from './data-stack.ts';

/** Prefix, in the bucket of artefacts, of what runs leave. */
const RUNS = 'runs';

export interface TrainingStackProps extends StackProps {
  readonly config: StageConfig;
  readonly data: DataStack;
  /** Whose workflow starts the training. @default none does */
  readonly github?: Repository;
}

/** What makes new models. */
export class TrainingStack extends Stack {
  readonly pipeline: TrainingPipeline;
  readonly roles: TrainingRoles;
  readonly #data: DataStack;

  constructor(scope: Construct, id: string, { config, data, github, ...props }: TrainingStackProps) {
    super(scope, id, props);
    this.#data = data;
    const { asset, wheelhouse } = new TrainingSource(this, 'Source');
    const modelGroup = `centinela-${config.stage}`;
    const { raw, processed, artefacts } = data.buckets.of;
    const wheelhouseUri = artefacts.s3UrlForObject(wheelhouse);
    this.roles = new TrainingRoles(this, 'Roles', {
      data,
      source: asset,
      wheelhouse,
      runs: RUNS,
      modelGroup,
    });
    this.pipeline = new TrainingPipeline(this, 'Pipeline', {
      config,
      roleArn: this.roles.pipeline.roleArn,
      settings: {
        region: config.region,
        jobRoleArn: this.roles.job.roleArn,
        keyArn: data.keys.of.training.keyArn,
        rawUri: raw.s3UrlForObject('data'),
        processedUri: processed.s3UrlForObject(RUNS),
        runsUri: artefacts.s3UrlForObject(RUNS),
        wheelhouseUri,
        source: { uri: `s3://${asset.s3BucketName}/${asset.s3ObjectKey}`, file: asset.s3ObjectKey },
        modelGroup,
      },
    });
    if (github) new RetrainRole(this, 'Retrain', { config, github, pipeline: this.pipeline });
    new CfnOutput(this, 'RawData', {
      value: raw.s3UrlForObject('data'),
      description: 'Where the repository’s data folder is copied to before the first run.',
    });
    new CfnOutput(this, 'Wheelhouse', {
      value: wheelhouseUri,
      description: 'Where the wheels of training/requirements.txt are copied to before the first run.',
    });
  }
  /** Lets somebody fetch the models of the registry group, to deploy one. */
  grantFetch(role: Role): void {
    const { buckets, keys } = this.#data;
    const of = (resource: string, resourceName: string) =>
      this.formatArn({ service: 'sagemaker', resource, resourceName });
    allow(role, {
      actions: ['sagemaker:DescribeModelPackage'],
      resources: [of('model-package', `${this.pipeline.name}/*`)],
      because: 'A package is named by its number in the group.',
    });
    allow(role, {
      actions: ['s3:GetObject'],
      resources: [`${this.#data.exportValue(buckets.of.artefacts.bucketArn)}/${RUNS}/*`],
      because: 'A model lies in the folder of its run.',
    });
    keys.of.training.grant(role, 'kms:Decrypt');
  }
}
