import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import { ReplicaBuckets } from '../constructs/replica-buckets.ts';

/** What stands in the second region, for the first one's data to be copied to. */
export class ReplicaStack extends Stack {
  readonly buckets: ReplicaBuckets;

  constructor(scope: Construct, id: string, config: StageConfig, props: StackProps) {
    super(scope, id, props);
    this.buckets = new ReplicaBuckets(this, 'Replica', config);
  }
}
