/** API Gateway's Lambda authorizer (REST, of type TOKEN or REQUEST): a JWT in, an Allow policy out. */
import { Logger } from '@aws-lambda-powertools/logger';
import type {
  APIGatewayAuthorizerResult,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayTokenAuthorizerEvent,
} from 'aws-lambda';
import { systemClock } from '../adapters/clock.ts';
import { usageKey } from '../adapters/hospital-names.ts';
import { createTokenVerifier, type TokenVerifier } from '../adapters/token-verifier.ts';
import { callerToContext, toCaller } from '../api/claims.ts';
import { parseIssuers } from '../api/issuers.ts';

export type AuthorizerEvent = APIGatewayTokenAuthorizerEvent | APIGatewayRequestAuthorizerEvent;
export type Authorizer = (event: AuthorizerEvent) => Promise<APIGatewayAuthorizerResult>;

export interface AuthorizerDeps {
  readonly verifier: TokenVerifier;
  readonly logger: Pick<Logger, 'info'>;
  /** Stage whose usage plan counts each hospital's requests; nobody counts without it. */
  readonly stage?: string | undefined;
}

/**
 * An authorizer that allows the stage's every route: API Gateway reuses the answer for other paths, so scopes are
 * checked by the handlers.
 *
 * Whatever is wrong, it throws the very `Error('Unauthorized')` that API Gateway turns into a 401; the log gets the
 * reason's code, never the token.
 */
export function createAuthorizer({ verifier, logger, stage }: AuthorizerDeps): Authorizer {
  return async (event) => {
    const token = bearerToken(event);
    if (token === undefined) throw new Error('Unauthorized');
    try {
      const caller = await verifier.verify(token);
      return {
        principalId: caller.user,
        policyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Action: 'execute-api:Invoke', Effect: 'Allow', Resource: everyRouteOfStage(event.methodArn) },
          ],
        },
        context: { ...callerToContext(caller) },
        ...(stage && { usageIdentifierKey: usageKey(stage, caller.tenant) }),
      };
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? error.code : 'ERR_UNEXPECTED';
      logger.info('Token refused', { reason: String(reason) });
      throw new Error('Unauthorized');
    }
  };
}

function bearerToken(event: AuthorizerEvent): string | undefined {
  const header = event.type === 'TOKEN' ? event.authorizationToken : authorizationHeader(event);
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
}

/** Header names come as the client wrote them. */
function authorizationHeader(event: APIGatewayRequestAuthorizerEvent): string | undefined {
  return Object.entries(event.headers ?? {}).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
}

// `arn:aws:execute-api:{region}:{account}:{api}/{stage}/{method}/{path}` with method and path left open.
function everyRouteOfStage(methodArn: string): string {
  const [api, stage] = methodArn.split('/');
  return `${api}/${stage}/*/*`;
}

let authorizer: Authorizer | undefined;

/** The Lambda function: configured by `CENTINELA_ISSUERS` and, where a usage plan counts, `CENTINELA_STAGE` on its first request. */
export const handler: Authorizer = (event) => {
  authorizer ??= createAuthorizer({
    verifier: createTokenVerifier({
      issuers: parseIssuers(process.env.CENTINELA_ISSUERS),
      toCaller,
      clock: systemClock,
    }),
    logger: new Logger({ serviceName: 'centinela-authorizer' }),
    stage: process.env.CENTINELA_STAGE,
  });
  return authorizer(event);
};
