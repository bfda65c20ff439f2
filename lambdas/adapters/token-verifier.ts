/** Verifies access tokens of the configured issuers: the one place that decides whether a token is genuine. */
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import type { Caller, ClaimSource } from '../api/claims.ts';
import type { IssuerConfig } from '../api/issuers.ts';
import { CLOCK_TOLERANCE_S, type Clock } from './clock.ts';

const JWKS_TIMEOUT_MS = 3_000;
/** Media types of an access token (RFC 7519, section 5.1; RFC 9068, section 2.1); Cognito writes none. */
const TYPES: readonly (string | undefined)[] = [undefined, 'jwt', 'at+jwt', 'application/at+jwt'];

/** A token that is not what an issuer of ours would have signed for us. Holds nothing of the token. */
export class TokenError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'TokenError';
    this.code = code;
  }
}

export interface TokenVerifier {
  /**
   * @returns the caller of a genuine, current token that is meant for us.
   * @throws Error of this file, of `jose` or of the claims' table; none holds the token, each has a `code`.
   */
  verify(token: string): Promise<Caller>;
}

export interface TokenVerifierOptions {
  readonly issuers: readonly IssuerConfig[];
  /** The claims' table of `api/claims`. */
  readonly toCaller: (source: ClaimSource, claims: Readonly<Record<string, unknown>>) => Caller;
  readonly clock: Clock;
}

/** A verifier that fetches each issuer's keys once, keeps them, and fetches again for a key id it does not know. */
export function createTokenVerifier({ issuers, toCaller, clock }: TokenVerifierOptions): TokenVerifier {
  const trusted = new Map(
    issuers.map((config) => {
      const keys = createRemoteJWKSet(new URL(config.jwksUrl), { timeoutDuration: JWKS_TIMEOUT_MS });
      return [config.issuer, { config, keys }];
    }),
  );

  return {
    async verify(token) {
      const header = decodeProtectedHeader(token);
      // Read before it is verified, only to choose the keys that must then verify it.
      const issuer = trusted.get(decodeJwt(token).iss ?? '');
      if (issuer === undefined) throw new TokenError('ERR_ISSUER', 'The issuer is not configured');
      const { config, keys } = issuer;
      if (typeof header.kid !== 'string') throw new TokenError('ERR_KID', 'The token names no key');
      if (!TYPES.includes(header.typ?.toLowerCase())) throw new TokenError('ERR_TYP', 'Not an access token');

      const { payload } = await jwtVerify(token, keys, {
        issuer: config.issuer,
        ...(config.kind === 'generic' ? { audience: config.audience } : {}),
        algorithms: config.algorithms,
        requiredClaims: ['sub', 'exp'],
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(clock()),
      });
      if (config.kind === 'cognito') checkCognito(config.clientId, payload);
      return toCaller(config, payload);
    },
  };
}

/** Cognito's access tokens carry no audience; the app client stands in its place, and ID tokens are refused. */
function checkCognito(
  clientId: string | readonly string[] | undefined,
  claims: Readonly<Record<string, unknown>>,
): void {
  const { token_use: use, client_id: client } = claims;
  if (use !== 'access') throw new TokenError('ERR_TOKEN_USE', 'Not an access token');
  if (typeof client !== 'string' || !(clientId === undefined || [clientId].flat().includes(client)))
    throw new TokenError('ERR_CLIENT_ID', 'The token was issued to another client');
}
