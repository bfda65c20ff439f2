/** What a deployed stage tells of itself, in the outputs of its stacks. */
import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { stackName } from '../../lib/stack-name.ts';
import { HospitalError } from './hospitals.ts';

export interface Deployed {
  readonly userPoolId: string;
  readonly tokenEndpoint: string;
  readonly usagePlanId: string;
  /** Of the API, with a slash at its end. */
  readonly address: string;
}

/** @throws HospitalError where the stage is not deployed, or only an older version of it. */
export async function readDeployed(client: CloudFormationClient, stage: string): Promise<Deployed> {
  const [identity, api] = await Promise.all([
    outputsOf(client, stackName(stage, 'Identity')),
    outputsOf(client, stackName(stage, 'Api')),
  ]);
  return {
    userPoolId: identity('UserPoolId'),
    tokenEndpoint: identity('TokenEndpoint'),
    usagePlanId: api('UsagePlanId'),
    address: api('Address'),
  };
}

async function outputsOf(client: CloudFormationClient, name: string): Promise<(key: string) => string> {
  const { Stacks: [stack] = [] } = await client
    .send(new DescribeStacksCommand({ StackName: name }))
    .catch((error: Error) => {
      // CloudFormation's word for a stack that does not exist.
      if (error.name === 'ValidationError') throw new HospitalError(missing(`no stack ${name}`));
      throw error;
    });
  return (key) => {
    const value = stack?.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue;
    if (value === undefined) throw new HospitalError(missing(`the stack ${name} has no output ${key}`));
    return value;
  };
}

const missing = (what: string): string => `The stage is not deployed: ${what}. Run npx cdk deploy first.`;
