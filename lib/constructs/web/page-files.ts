import { resolve } from 'node:path';
import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeWildcards, named } from '../../acknowledge.ts';
import type { StageConfig } from '../../config.ts';
import { onlyInAws } from '../../only-in-aws.ts';
import { ServiceLog } from '../service-log.ts';

const PAGE = resolve(import.meta.dirname, '../../../web/placeholder');

export interface PageFilesProps {
  readonly config: StageConfig;
  readonly bucket: IBucket;
  readonly logKey: IKey;
}

/** Puts the page into its bucket, by a function of CDK's own. */
export class PageFiles extends Construct {
  constructor(scope: Construct, id: string, { config, bucket, logKey }: PageFilesProps) {
    super(scope, id);
    const page = new Asset(this, 'Page', { path: PAGE });
    const { group: logGroup } = new ServiceLog(this, 'Log', { config, key: logKey });
    const role = this.#role(page, bucket);
    logGroup.grantWrite(role);
    const deployment = new BucketDeployment(this, 'Deployment', {
      sources: [Source.bucket(page.bucket, page.s3ObjectKey)],
      destinationBucket: bucket,
      // CDK would add rights to more than this file and this bucket.
      role: role.withoutPolicyUpdates(),
      logGroup,
      // Short, so that nothing need be invalidated: the right to do so names no resource.
      cacheControl: [CacheControl.setPublic(), CacheControl.maxAge(Duration.minutes(5))],
    });
    deployment.node.addDependency(role);
    // The function stands in the stack, for whatever else is put somewhere.
    const handlers = Stack.of(this).node.children.filter(({ node }) =>
      node.id.startsWith('Custom::CDKBucketDeployment'),
    );
    for (const handler of handlers) acknowledge(handler, NAG);
    onlyInAws(config, deployment, ...handlers);
  }

  #role(page: Asset, bucket: IBucket): Role {
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const files = bucket.arnForObjects('*');
    const rights: [action: string[], resource: string][] = [
      [['s3:GetObject'], page.bucket.arnForObjects(page.s3ObjectKey)],
      [['s3:ListBucket'], bucket.bucketArn],
      [['s3:DeleteObject', 's3:GetObject', 's3:PutObject'], files],
    ];
    for (const [actions, resource] of rights)
      role.addToPolicy(new PolicyStatement({ actions, resources: [resource] }));
    acknowledgeWildcards(role, 'What lies in the bucket is the page, whatever its files are called.', [
      `Resource::${named(role, files)}`,
    ]);
    return role;
  }
}

/** What the checks object to in CDK's function, and why it is right here. */
const NAG = {
  'AwsSolutions::AwsSolutions-L1': 'The function and its runtime are CDK’s, renewed with CDK.',
  'HIPAA.Security::HIPAA.Security-LambdaConcurrency': 'Runs once a deployment.',
  'HIPAA.Security::HIPAA.Security-LambdaDLQ': 'CloudFormation waits for its answer.',
  'HIPAA.Security::HIPAA.Security-LambdaInsideVPC': 'Talks to S3 alone, over TLS.',
};
