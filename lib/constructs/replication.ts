import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, type BucketProps, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledgeWildcards, named } from '../acknowledge.ts';
import { BUCKETS, type BucketName, forEachBucket } from './bucket.ts';
import type { DataKeys } from './data-keys.ts';
import { copyName } from './replica-buckets.ts';

interface Copy {
  readonly bucket: IBucket;
  readonly key: IKey;
}

/** Copies new objects to the second region. */
export class Replication extends Construct {
  readonly #role: Role;
  readonly #copies: Readonly<Record<BucketName, Copy>>;

  constructor(scope: Construct, id: string, stage: string, keys: DataKeys) {
    super(scope, id);
    // Our own: the one that CDK makes has a fixed name, of which an account holds one.
    this.#role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('s3.amazonaws.com') });
    // By name and ARN: the copies' stack may not come to depend on this one.
    this.#copies = forEachBucket((name) => ({
      bucket: Bucket.fromBucketName(this, name, copyName(stage, name)),
      key: Key.fromKeyArn(this, `${name}Key`, keys.of[BUCKETS[name]].keyArn),
    }));
    acknowledgeWildcards(
      this,
      'The role encrypts copies: which data key that takes is S3’s to choose, of these keys alone.',
      ['Action::kms:GenerateDataKey*', 'Action::kms:ReEncrypt*'],
    );
  }

  /** What makes a bucket copy its objects. */
  of(name: BucketName): BucketProps {
    const { bucket, key } = this.#copies[name];
    return {
      replicationRole: this.#role,
      replicationRules: [
        { destination: bucket, kmsKey: key, sseKmsEncryptedObjects: true, deleteMarkerReplication: false },
      ],
    };
  }

  /** Lets the copying read the bucket. */
  allow(name: BucketName, source: Bucket, sourceKey: IKey): void {
    const { bucket, key } = this.#copies[name];
    source.grantReplicationPermission(this.#role, {
      sourceDecryptionKey: sourceKey,
      destinations: [{ bucket, encryptionKey: key }],
    });
    acknowledgeWildcards(this, 'Every object of the bucket is copied.', [
      `Resource::${named(source, source.arnForObjects('*'))}`,
      `Resource::${named(source, bucket.arnForObjects('*'))}`,
    ]);
  }
}
