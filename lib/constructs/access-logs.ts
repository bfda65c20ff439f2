import { Duration } from 'aws-cdk-lib';
import { Bucket, BucketEncryption, type BucketProps, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { safeBucketProps } from './bucket.ts';

/** A bucket for the logs of who read and wrote the region's other buckets; a year of them. */
export class AccessLogs extends Construct {
  readonly #bucket: Bucket;

  constructor(scope: Construct, id: string, removable: boolean) {
    super(scope, id);
    this.#bucket = new Bucket(this, 'Bucket', {
      ...safeBucketProps(removable),
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ expiration: Duration.days(365), noncurrentVersionExpiration: Duration.days(30) }],
    });
    acknowledge(this.#bucket, {
      'HIPAA.Security::HIPAA.Security-S3DefaultEncryptionKMS':
        'S3 delivers server access logs only to buckets that it encrypts with its own keys.',
      'HIPAA.Security::HIPAA.Security-S3BucketReplicationEnabled':
        'Access logs hold no clinical data and need not survive their region.',
    });
  }

  /** What makes a bucket write its log here. */
  of(name: string): BucketProps {
    return { serverAccessLogsBucket: this.#bucket as IBucket, serverAccessLogsPrefix: `${name}/` };
  }
}
