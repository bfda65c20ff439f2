import type { APIGatewayRequestAuthorizerEvent, APIGatewayTokenAuthorizerEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { usageKey } from '../../lambdas/adapters/hospital-names.ts';
import { createTokenVerifier } from '../../lambdas/adapters/token-verifier.ts';
import { callerFromContext, toCaller } from '../../lambdas/api/claims.ts';
import { parseIssuers } from '../../lambdas/api/issuers.ts';
import { type Authorizer, createAuthorizer, handler } from '../../lambdas/functions/authorizer.ts';
import { startIssuer, type TestIssuer } from '../fixtures/jwks.ts';

const METHOD_ARN = 'arn:aws:execute-api:eu-west-1:123456789012:abc123/prod/GET/v1/predictions/7';
const ISSUER = 'https://id.example.org';
const expiresAt = Math.floor(Date.now() / 1000) + 300;
const claims = {
  iss: ISSUER,
  aud: 'centinela',
  sub: 'u-1',
  tenant: 'hospital-a',
  role: 'MedicoGeneral',
  scope: 'medical.diagnosis.read medical.feedback.write',
  exp: expiresAt,
};

let issuer: TestIssuer;
let issuers: string;
let authorize: Authorizer;
const logged: unknown[][] = [];

beforeAll(async () => {
  issuer = await startIssuer();
  issuers = JSON.stringify([
    { kind: 'generic', issuer: ISSUER, jwksUrl: issuer.jwksUrl, audience: 'centinela' },
  ]);
  const verifier = createTokenVerifier({ issuers: parseIssuers(issuers), toCaller, clock: Date.now });
  authorize = createAuthorizer({ verifier, logger: { info: (...line) => void logged.push(line) } });
});
afterAll(() => issuer.close());

const tokenEvent = (authorizationToken: string): APIGatewayTokenAuthorizerEvent => ({
  type: 'TOKEN',
  methodArn: METHOD_ARN,
  authorizationToken,
});
const requestEvent = (headers: Record<string, string> | null) =>
  ({ type: 'REQUEST', methodArn: METHOD_ARN, headers }) as unknown as APIGatewayRequestAuthorizerEvent;

describe('the authorizer', () => {
  it('allows the whole stage and says who is calling', async () => {
    const token = await issuer.sign(claims);
    const result = await authorize(tokenEvent(`Bearer ${token}`));
    expect(result).toEqual({
      principalId: 'u-1',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Action: 'execute-api:Invoke',
            Effect: 'Allow',
            Resource: 'arn:aws:execute-api:eu-west-1:123456789012:abc123/prod/*/*',
          },
        ],
      },
      context: {
        user: 'u-1',
        tenant: 'hospital-a',
        role: 'MedicoGeneral',
        scopes: 'medical.diagnosis.read medical.feedback.write',
        expiresAt: String(expiresAt),
      },
    });
    expect(callerFromContext(result.context)?.scopes).toEqual([
      'medical.diagnosis.read',
      'medical.feedback.write',
    ]);
  });

  it('names the key that counts the hospital’s requests, where a stage counts them', async () => {
    const verifier = createTokenVerifier({ issuers: parseIssuers(issuers), toCaller, clock: Date.now });
    const counting = createAuthorizer({ verifier, logger: { info: () => {} }, stage: 'prod' });

    const result = await counting(tokenEvent(`Bearer ${await issuer.sign(claims)}`));

    expect(result.usageIdentifierKey).toBe(usageKey('prod', 'hospital-a'));
  });

  it.each(['Authorization', 'authorization', 'AUTHORIZATION'])(
    'finds the token of a REQUEST event in the header %s',
    async (name) => {
      const result = await authorize(
        requestEvent({ Accept: '*/*', [name]: `bearer ${await issuer.sign(claims)}` }),
      );
      expect(result.principalId).toBe('u-1');
    },
  );

  it.each([
    ['no header', requestEvent({})],
    ['no headers at all', requestEvent(null)],
    ['an empty token', tokenEvent('')],
    ['no scheme', tokenEvent('abc')],
    ['another scheme', tokenEvent('Basic dXNlcjpwYXNz')],
    ['a scheme alone', tokenEvent('Bearer ')],
    ['what is no JWT', tokenEvent('Bearer abc')],
  ])('refuses %s with the words that API Gateway turns into 401', async (_name, event) => {
    await expect(authorize(event)).rejects.toThrow(/^Unauthorized$/);
  });

  it('refuses an expired token, and logs the reason but nothing of the token', async () => {
    const token = await issuer.sign({ ...claims, exp: 1_000_000_000 });
    logged.length = 0;
    await expect(authorize(tokenEvent(`Bearer ${token}`))).rejects.toThrow(/^Unauthorized$/);
    expect(logged).toEqual([['Token refused', { reason: 'ERR_JWT_EXPIRED' }]]);
  });
});

describe('the Lambda function', () => {
  it('names the variable that is missing, then works from it', async () => {
    const event = tokenEvent(`Bearer ${await issuer.sign(claims)}`);
    vi.stubEnv('CENTINELA_ISSUERS', '');
    await expect(async () => handler(event)).rejects.toThrow('CENTINELA_ISSUERS');
    vi.stubEnv('CENTINELA_ISSUERS', issuers);
    expect((await handler(event)).principalId).toBe('u-1');
    vi.unstubAllEnvs();
  });
});
