/** Cognito's trigger before it signs a token (version V3_0): writes into access tokens whose hospital they speak for. */
import type { PreTokenGenerationV2TriggerEvent, PreTokenGenerationV3TriggerEvent } from 'aws-lambda';
import { type ClientTenants, createClientTenants } from '../adapters/client-tenants.ts';
import { isTenant } from '../api/claims.ts';

/** A person's event is the same in both versions. */
export type PreTokenEvent = PreTokenGenerationV2TriggerEvent | PreTokenGenerationV3TriggerEvent;
export type PreToken = (event: PreTokenEvent) => Promise<PreTokenEvent>;

/** The user's attribute that holds the hospital: set by whoever made the user, never changed. */
export const TENANT_ATTRIBUTE = 'custom:tenant';

/**
 * A trigger that adds the claim `tenant`: a machine's from its app client, a person's from the user's attribute.
 *
 * It throws where there is none, and Cognito then gives no token. Cognito may show the message to the user: it names
 * nobody.
 */
export function createPreToken(tenantOf: ClientTenants): PreToken {
  return async (event) => {
    const tenant =
      event.triggerSource === 'TokenGeneration_ClientCredentials'
        ? await tenantOf(event.callerContext.clientId)
        : event.request.userAttributes[TENANT_ATTRIBUTE];
    if (!isTenant(tenant)) throw new Error('This account belongs to no hospital');
    const claimsAndScopeOverrideDetails = {
      accessTokenGeneration: { claimsToAddOrOverride: { tenant } },
    };
    return { ...event, response: { claimsAndScopeOverrideDetails } } as PreTokenEvent;
  };
}

let preToken: PreToken | undefined;

/** The Lambda function: `CENTINELA_STAGE` says whose clients. */
export const handler: PreToken = (event) => {
  preToken ??= createPreToken(createClientTenants(stageOf(process.env)));
  return preToken(event);
};

function stageOf({ CENTINELA_STAGE: stage }: NodeJS.ProcessEnv): string {
  if (!stage) throw new Error('CENTINELA_STAGE must be set');
  return stage;
}
