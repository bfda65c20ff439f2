import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledgeWildcards } from '../acknowledge.ts';

/** The right to write traces, once a stack. */
export function tracingPolicy(scope: Construct): ManagedPolicy {
  const policy = new ManagedPolicy(scope, 'Tracing', {
    statements: [
      new PolicyStatement({
        actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
        resources: ['*'],
      }),
    ],
  });
  acknowledgeWildcards(policy, 'X-Ray has no resources to name.', ['Resource::*']);
  return policy;
}
