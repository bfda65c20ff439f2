import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { StageConfig } from '../config.ts';
import { DataBuckets } from '../constructs/data-buckets.ts';
import { DataKeys } from '../constructs/data-keys.ts';
import { DataTables } from '../constructs/data-tables.ts';
import type { ReplicaBuckets } from '../constructs/replica-buckets.ts';

export interface DataStackProps extends StackProps {
  readonly config: StageConfig;
  readonly replicas?: ReplicaBuckets | undefined;
}

/** What must outlive every deploy: keys, buckets, tables. */
export class DataStack extends Stack {
  readonly keys: DataKeys;
  readonly buckets: DataBuckets;
  readonly tables: DataTables;

  constructor(scope: Construct, id: string, { config, replicas, ...props }: DataStackProps) {
    super(scope, id, { ...props, terminationProtection: !config.removable });
    this.keys = new DataKeys(this, 'Keys', config);
    this.buckets = new DataBuckets(this, 'Buckets', { config, keys: this.keys, replicas });
    if (replicas === undefined)
      acknowledge(this.buckets, {
        'HIPAA.Security::HIPAA.Security-S3BucketReplicationEnabled':
          'This stage has no replicaRegion: its data can be made again, or are nobody’s.',
      });
    this.tables = new DataTables(this, 'Tables', {
      config,
      key: this.keys.of.clinical,
      replicaKeyArn: replicas?.keys.of.clinical.keyArn,
    });
  }
}
