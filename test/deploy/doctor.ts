/** Whose tokens the tests' deployments trust, and a doctor's token of theirs. */

import type { IssuerConfig } from '../../lambdas/api/issuers.ts';
import type { TestIssuer } from '../fixtures/jwks.ts';

const ISSUER = 'https://issuer.example';
const AUDIENCE = 'centinela';
const TOKEN_SECONDS = 900;

export const TENANT = 'hospital-a';
export const SCOPES = 'medical.diagnosis.read medical.feedback.write';

/** The issuer, for `CENTINELA_ISSUERS`. */
export const trusted = ({ jwksUrl }: TestIssuer): IssuerConfig => ({
  kind: 'generic',
  issuer: ISSUER,
  audience: AUDIENCE,
  jwksUrl,
  algorithms: ['ES256'],
});

/** @param signer whose key signs: another's than {@link trusted} makes a forgery. */
export function doctorToken(signer: TestIssuer, scope = SCOPES): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return signer.sign({
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'doctor-1',
    tenant: TENANT,
    role: 'MedicoGeneral',
    scope,
    iat: now,
    exp: now + TOKEN_SECONDS,
  });
}
