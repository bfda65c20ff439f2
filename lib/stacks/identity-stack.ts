import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import { Identity } from '../constructs/identity.ts';
import { PreToken } from '../constructs/pre-token.ts';
import type { DataStack } from './data-stack.ts';

export interface IdentityStackProps extends StackProps {
  readonly config: StageConfig;
  readonly data: DataStack;
}

/** Who may call: apart from the API, for the people and machines in it must outlive every deploy. */
export class IdentityStack extends Stack {
  readonly identity: Identity;

  constructor(scope: Construct, id: string, { config, data, ...props }: IdentityStackProps) {
    super(scope, id, { ...props, terminationProtection: !config.removable });
    const { target } = new PreToken(this, 'PreToken', { config, logKey: data.keys.of.operations });
    this.identity = new Identity(this, 'Identity', { config, preToken: target });
    new CfnOutput(this, 'UserPoolId', { value: this.identity.pool.userPoolId });
    new CfnOutput(this, 'TokenEndpoint', { value: `${this.identity.domain.baseUrl()}/oauth2/token` });
  }
}
