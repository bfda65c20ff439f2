/** Which hospital an app client of the user pool belongs to, as `npm run hospital` wrote it down. */
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { clientParameter } from './hospital-names.ts';

/** Cognito waits five seconds for the whole function. */
const TIMES = { connectionTimeout: 500, requestTimeout: 1_500, throwOnRequestTimeout: true };

/** @returns the tenant; undefined where nobody wrote one down. */
export type ClientTenants = (clientId: string) => Promise<string | undefined>;

/**
 * Reads each client's tenant once a process: a client never changes hospital, and one that was taken away gets no
 * tokens. What is missing is asked for again.
 */
export function createClientTenants(
  stage: string,
  ssm = new SSMClient({ maxAttempts: 2, requestHandler: TIMES }),
): ClientTenants {
  const known = new Map<string, string>();
  return async (clientId) => {
    const cached = known.get(clientId);
    if (cached !== undefined) return cached;
    const tenant = await read(ssm, clientParameter(stage, clientId));
    if (tenant !== undefined) known.set(clientId, tenant);
    return tenant;
  };
}

async function read(ssm: SSMClient, name: string): Promise<string | undefined> {
  try {
    return (await ssm.send(new GetParameterCommand({ Name: name }))).Parameter?.Value;
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  }
}
