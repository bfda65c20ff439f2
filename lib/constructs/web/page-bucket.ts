import { Duration } from 'aws-cdk-lib';
import { Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../../acknowledge.ts';
import { AccessLogs } from '../access-logs.ts';
import { safeBucketProps } from '../bucket.ts';

/** The page's files, shut to everybody but the distribution, and the logs of who read them. */
export class PageBucket extends Construct {
  readonly files: Bucket;
  /** Of the distribution. */
  readonly visits: Bucket;

  constructor(scope: Construct, id: string, removable: boolean) {
    super(scope, id);
    const logs = new AccessLogs(this, 'AccessLogs', removable);
    const bucket = (name: string, ownership: ObjectOwnership, days: number | undefined) =>
      new Bucket(this, name, {
        ...safeBucketProps(removable),
        ...logs.of(name.toLowerCase()),
        encryption: BucketEncryption.S3_MANAGED,
        objectOwnership: ownership,
        lifecycleRules: [
          {
            noncurrentVersionExpiration: Duration.days(30),
            ...(days !== undefined && { expiration: Duration.days(days) }),
          },
        ],
      });
    this.files = bucket('Files', ObjectOwnership.BUCKET_OWNER_ENFORCED, undefined);
    // CloudFront writes its logs by access-control lists.
    this.visits = bucket('Visits', ObjectOwnership.OBJECT_WRITER, 365);
    acknowledge(this, {
      'HIPAA.Security::HIPAA.Security-S3DefaultEncryptionKMS':
        'A public page and the logs of its visits: nothing that a key of ours would keep from anybody.',
      'HIPAA.Security::HIPAA.Security-S3BucketReplicationEnabled':
        'The page comes from the repository and can be put anywhere again.',
    });
  }
}
