/** How the parts of a stage find what belongs to a hospital: the stack, the functions and `npm run hospital` agree here. */
import { createHash } from 'node:crypto';

/**
 * Value of the tenant's API key in the usage plan, which the authorizer hands to API Gateway: it tells whose requests
 * are counted. No secret, for nobody gets in with it: the token lets in. Hexadecimal, so that it has none of the
 * characters and lengths that API Gateway refuses (under 20 or over 128).
 */
export function usageKey(stage: string, tenant: string): string {
  return createHash('sha256').update(`centinela/${stage}/${tenant}`).digest('hex');
}

/** Name of the SSM parameter that holds the tenant of an app client of the user pool. */
export function clientParameter(stage: string, clientId: string): string {
  return `/centinela/${stage}/clients/${clientId}`;
}
