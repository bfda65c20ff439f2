import { RemovalPolicy } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';

/** Classes of data that must not share a key: who reads one may not thereby read another. */
export type DataClass = 'clinical' | 'tenants' | 'training' | 'audit' | 'operations';

/** A customer key for each class of data, rotated every year. */
export class DataKeys extends Construct {
  readonly of: Readonly<Record<DataClass, Key>>;

  constructor(scope: Construct, id: string, { stage, removable, replicaRegion }: StageConfig) {
    super(scope, id);
    const keyOf = (name: DataClass) =>
      new Key(this, name, {
        alias: `centinela/${stage}/${name}`,
        description: `Centinela ${stage}: ${name} data`,
        enableKeyRotation: true,
        // What it wraps stands in copied tables: only the same key, in the second region, opens it there.
        ...(name === 'tenants' && replicaRegion !== undefined && { multiRegion: true }),
        removalPolicy: removable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      });
    this.of = {
      clinical: keyOf('clinical'),
      tenants: keyOf('tenants'),
      training: keyOf('training'),
      audit: keyOf('audit'),
      operations: keyOf('operations'),
    };
  }
}
