/** What the stage's buckets are, and what all have in common. */

import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, BucketEncryption, type BucketProps } from 'aws-cdk-lib/aws-s3';
import type { DataClass } from './data-keys.ts';

/** Buckets of data, and the class of each: which key encrypts it. */
export const BUCKETS = {
  raw: 'training',
  processed: 'training',
  artefacts: 'training',
  audit: 'audit',
} as const satisfies Record<string, DataClass>;
export type BucketName = keyof typeof BUCKETS;

/** Something for each bucket. */
export function forEachBucket<T>(make: (name: BucketName) => T): Readonly<Record<BucketName, T>> {
  const names = Object.keys(BUCKETS) as BucketName[];
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<BucketName, T>;
}

/** Versions, TLS, no public access. */
export function safeBucketProps(removable: boolean): BucketProps {
  return {
    versioned: true,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    removalPolicy: removable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  };
}

/** The same, with the key of the data's class. */
export function dataBucketProps(encryptionKey: IKey, removable: boolean): BucketProps {
  return {
    ...safeBucketProps(removable),
    encryption: BucketEncryption.KMS,
    encryptionKey,
    bucketKeyEnabled: true,
  };
}
