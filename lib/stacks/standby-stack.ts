import { Aws, CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnAlias, CfnReplicaKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import type { DataStack } from './data-stack.ts';

export interface StandbyStackProps extends StackProps {
  readonly config: StageConfig;
  readonly data: DataStack;
}

/**
 * In the second region, what reads the copied tables when the first is lost: the same key that wraps the tenants' keys.
 * A stack of its own, since the copies stand before the first region's data and this after them.
 */
export class StandbyStack extends Stack {
  constructor(scope: Construct, id: string, { config, data, ...props }: StandbyStackProps) {
    super(scope, id, { ...props, terminationProtection: !config.removable });
    const { stage, removable } = config;
    const key = new CfnReplicaKey(this, 'Tenants', {
      primaryKeyArn: data.keys.of.tenants.keyArn,
      description: `Centinela ${stage}: tenants data, second region`,
      // As CDK's own keys: the account's policies say who may.
      keyPolicy: new PolicyDocument({
        statements: [
          new PolicyStatement({
            principals: [new AccountRootPrincipal()],
            actions: ['kms:*'],
            resources: ['*'],
          }),
        ],
      }),
    });
    key.applyRemovalPolicy(removable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN);
    new CfnAlias(this, 'Alias', {
      aliasName: `alias/centinela/${stage}/tenants-replica`,
      targetKeyId: key.attrKeyId,
    });
    new CfnOutput(this, 'TenantsKey', {
      value: key.attrArn,
      description: `Reads in ${Aws.REGION} what the tenants’ keys of the first region wrapped.`,
    });
  }
}
