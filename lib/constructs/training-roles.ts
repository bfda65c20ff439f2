import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { FRAMEWORK_REPOSITORY, frameworkAccount } from '../../pipeline/images.ts';
import { allow } from '../allow.ts';
import type { DataStack } from '../stacks/data-stack.ts';
import type { BucketName } from './bucket.ts';

export interface TrainingRolesProps {
  readonly data: DataStack;
  /** The code that jobs run. */
  readonly source: Asset;
  /** Prefixes of the artefacts' bucket. */
  readonly wheelhouse: string;
  readonly runs: string;
  readonly modelGroup: string;
}

/** Who runs the pipeline, and who the jobs are that it starts: code that reads clinical data can start nothing. */
export class TrainingRoles extends Construct {
  /** Of the jobs. */
  readonly job: Role;
  /** Of the pipeline. */
  readonly pipeline: Role;

  constructor(scope: Construct, id: string, props: TrainingRolesProps) {
    super(scope, id);
    this.job = this.#role('Job');
    this.pipeline = this.#role('Pipeline');
    this.#letJobs(props);
    this.#letPipeline(props);
  }

  #role(id: string): Role {
    return new Role(this, id, {
      assumedBy: new ServicePrincipal('sagemaker.amazonaws.com', {
        // Nobody else's SageMaker.
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
  }

  #letJobs({ data, source, wheelhouse, runs }: TrainingRolesProps): void {
    const { job } = this;
    const bucketOf = arnsOf(data);
    const stack = Stack.of(this);
    const training = data.keys.of.training;
    allow(job, {
      actions: ['s3:GetObject'],
      resources: [
        `${bucketOf('raw')}/*`,
        `${bucketOf('processed')}/*`,
        `${bucketOf('artefacts')}/${wheelhouse}/*`,
        `${bucketOf('artefacts')}/${runs}/*`,
        source.bucket.arnForObjects(source.s3ObjectKey),
      ],
      because: 'The data of a run, whatever its files are called; of the artefacts what a run needs.',
    });
    allow(job, {
      actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
      resources: [`${bucketOf('processed')}/*`, `${bucketOf('artefacts')}/${runs}/*`],
      because: 'Every run writes folders of its own.',
    });
    allow(job, {
      actions: ['s3:ListBucket'],
      resources: [...(['raw', 'processed', 'artefacts'] as const).map(bucketOf), source.bucket.bucketArn],
    });
    training.grant(job, 'kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:DescribeKey');
    allow(job, {
      actions: ['kms:CreateGrant'],
      resources: [training.keyArn],
      // For the volume of its machine, which AWS attaches.
      conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    });
    allow(job, {
      actions: [
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:DescribeLogStreams',
        'logs:PutLogEvents',
      ],
      resources: ['TrainingJobs', 'ProcessingJobs'].map((name) =>
        stack.formatArn({
          service: 'logs',
          resource: 'log-group',
          resourceName: `/aws/sagemaker/${name}:*`,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ),
      because: 'Streams are named by SageMaker, after the job.',
    });
    allow(job, {
      actions: ['ecr:GetAuthorizationToken'],
      resources: ['*'],
      because: 'The right to log in to registries has no resource to name.',
    });
    allow(job, {
      actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      resources: [
        stack.formatArn({
          service: 'ecr',
          account: frameworkAccount(stack.region),
          resource: 'repository',
          resourceName: FRAMEWORK_REPOSITORY,
        }),
      ],
    });
  }

  #letPipeline({ data, runs, modelGroup }: TrainingRolesProps): void {
    const stack = Stack.of(this);
    const of = (resource: string, resourceName: string) =>
      stack.formatArn({ service: 'sagemaker', resource, resourceName });
    const jobs = ['training-job', 'processing-job'].map((kind) => of(kind, 'pipelines-*'));
    const because = 'SageMaker names the jobs of pipelines, after this prefix.';
    allow(this.pipeline, {
      actions: ['sagemaker:CreateTrainingJob', 'sagemaker:CreateProcessingJob'],
      resources: jobs,
      // Whatever a changed definition asks for.
      conditions: { Bool: { 'sagemaker:NetworkIsolation': 'true' } },
      because,
    });
    allow(this.pipeline, {
      actions: ['Training', 'Processing']
        .flatMap((kind) => [`sagemaker:Describe${kind}Job`, `sagemaker:Stop${kind}Job`])
        .concat('sagemaker:AddTags', 'sagemaker:ListTags'),
      resources: jobs,
      because,
    });
    allow(this.pipeline, {
      actions: [
        'sagemaker:AddTags',
        'sagemaker:CreateModelPackage',
        'sagemaker:DescribeModelPackage',
        'sagemaker:DescribeModelPackageGroup',
      ],
      resources: [of('model-package-group', modelGroup), of('model-package', `${modelGroup}/*`)],
      because: 'A package is named by its number in the group.',
    });
    allow(this.pipeline, {
      actions: ['iam:PassRole'],
      resources: [this.job.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    });
    allow(this.pipeline, {
      actions: ['s3:GetObject'],
      resources: [`${arnsOf(data)('artefacts')}/${runs}/*`],
      because: 'The verdict on the gates, in the folder of its run.',
    });
    data.keys.of.training.grant(this.pipeline, 'kms:Decrypt');
  }
}

/** ARNs of the data's buckets, as text that does not change any more: the checks name them so. */
function arnsOf(data: DataStack): (name: BucketName) => string {
  return (name) => data.exportValue(data.buckets.of[name].bucketArn);
}
