/** The account as the AWS SDK sees it. */

import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Account } from './champion.ts';

export function accountIn(region: string): Account {
  return {
    id: async () => (await new STSClient({ region }).send(new GetCallerIdentityCommand())).Account ?? '',
    parameter: async (Name) => {
      try {
        const { Parameter } = await new SSMClient({ region }).send(new GetParameterCommand({ Name }));
        return Parameter?.Value;
      } catch (error) {
        if (error instanceof ParameterNotFound) return undefined;
        throw error;
      }
    },
  };
}
