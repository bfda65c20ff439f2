import { Duration } from 'aws-cdk-lib';
import {
  Bucket,
  type BucketProps,
  type LifecycleRule,
  ObjectLockRetention,
  StorageClass,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import { AccessLogs } from './access-logs.ts';
import { BUCKETS, type BucketName, dataBucketProps } from './bucket.ts';
import type { DataKeys } from './data-keys.ts';
import type { ReplicaBuckets } from './replica-buckets.ts';
import { Replication } from './replication.ts';

/** Parts of broken uploads cost money and hold data; old versions move to cheaper storage, then end. */
const TIDY: LifecycleRule = {
  abortIncompleteMultipartUploadAfter: Duration.days(7),
  noncurrentVersionTransitions: [
    { storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(30) },
  ],
  noncurrentVersionExpiration: Duration.days(365),
};

export interface DataBucketsProps {
  readonly config: StageConfig;
  readonly keys: DataKeys;
  /** Copies in the second region. */
  readonly replicas?: ReplicaBuckets | undefined;
}

/** The stage's buckets, their accesses logged in one more. */
export class DataBuckets extends Construct {
  readonly of: Readonly<Record<BucketName, Bucket>>;

  constructor(scope: Construct, id: string, { config, keys, replicas }: DataBucketsProps) {
    super(scope, id);
    const { removable, auditLock } = config;
    const logs = new AccessLogs(this, 'AccessLogs', removable);
    const replication = replicas && new Replication(this, 'Replication', config.stage, replicas.keys);
    const bucket = (name: BucketName, rest: BucketProps) => {
      const key = keys.of[BUCKETS[name]];
      const made = new Bucket(this, name, {
        ...dataBucketProps(key, removable),
        ...logs.of(name),
        ...replication?.of(name),
        ...rest,
      });
      replication?.allow(name, made, key);
      return made;
    };
    const tidy = { lifecycleRules: [TIDY] };
    const locked =
      auditLock.mode === 'COMPLIANCE' ? ObjectLockRetention.compliance : ObjectLockRetention.governance;
    this.of = {
      raw: bucket('raw', tidy),
      processed: bucket('processed', tidy),
      artefacts: bucket('artefacts', tidy),
      audit: bucket('audit', {
        objectLockEnabled: true,
        objectLockDefaultRetention: locked(Duration.days(auditLock.days)),
        lifecycleRules: [
          {
            transitions: [{ storageClass: StorageClass.GLACIER, transitionAfter: Duration.days(90) }],
            abortIncompleteMultipartUploadAfter: Duration.days(7),
          },
        ],
      }),
    };
  }
}
