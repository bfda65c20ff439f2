import { Aws } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { StageConfig } from '../config.ts';
import { AccessLogs } from './access-logs.ts';
import { BUCKETS, type BucketName, dataBucketProps, forEachBucket } from './bucket.ts';
import { DataKeys } from './data-keys.ts';

/** Known in both regions without asking the other's stack. */
export const copyName = (stage: string, name: BucketName): string =>
  `centinela-${stage}-${name}-copy-${Aws.ACCOUNT_ID}`;

/** In the second region: keys of each class of data, and a bucket for each bucket of the first. */
export class ReplicaBuckets extends Construct {
  readonly keys: DataKeys;
  readonly of: Readonly<Record<BucketName, Bucket>>;

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id);
    // Nothing here is copied further.
    const { replicaRegion: _, ...here } = config;
    this.keys = new DataKeys(this, 'Keys', here);
    const logs = new AccessLogs(this, 'AccessLogs', config.removable);
    this.of = forEachBucket(
      (name) =>
        new Bucket(this, name, {
          ...dataBucketProps(this.keys.of[BUCKETS[name]], config.removable),
          ...logs.of(name),
          bucketName: copyName(config.stage, name),
        }),
    );
    acknowledge(this, {
      'HIPAA.Security::HIPAA.Security-S3BucketReplicationEnabled': 'These buckets are the copies.',
    });
  }
}
