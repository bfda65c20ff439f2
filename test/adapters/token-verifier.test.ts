import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTokenVerifier, type TokenVerifier } from '../../lambdas/adapters/token-verifier.ts';
import { toCaller } from '../../lambdas/api/claims.ts';
import { type IssuerConfig, parseIssuers } from '../../lambdas/api/issuers.ts';
import { startIssuer, type TestIssuer } from '../fixtures/jwks.ts';

const NOW_S = 1_800_000_000;
const ISSUER = 'https://id.example.org';
const POOL = 'https://cognito-idp.eu-west-1.amazonaws.com/pool';

const claims = {
  iss: ISSUER,
  aud: 'centinela',
  sub: 'u-1',
  tenant: 'hospital-a',
  role: 'MedicoGeneral',
  scope: 'medical.diagnosis.read',
  exp: NOW_S + 300,
};
const cognitoClaims = {
  iss: POOL,
  sub: 'u-2',
  client_id: 'app-1',
  token_use: 'access',
  tenant: 'hospital-a',
  'cognito:groups': ['Enfermeria'],
  scope: 'centinela/medical.diagnosis.read',
  exp: NOW_S + 300,
};

let openId: TestIssuer;
let pool: TestIssuer;
let configs: readonly IssuerConfig[];
let verifier: TokenVerifier;

beforeAll(async () => {
  openId = await startIssuer('ES256');
  pool = await startIssuer('RS256', 'pool-key');
  configs = parseIssuers(
    JSON.stringify([
      { kind: 'generic', issuer: ISSUER, jwksUrl: openId.jwksUrl, audience: ['other', 'centinela'] },
      { kind: 'cognito', issuer: POOL, jwksUrl: pool.jwksUrl, clientId: 'app-1' },
    ]),
  );
});
afterAll(() => Promise.all([openId.close(), pool.close()]));
beforeEach(() => {
  verifier = createTokenVerifier({ issuers: configs, toCaller, clock: () => NOW_S * 1000 });
});

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a genuine token', () => {
  it('names its caller', async () => {
    const token = await openId.sign(claims, { typ: 'at+jwt' });
    expect(await verifier.verify(token)).toEqual({
      user: 'u-1',
      tenant: 'hospital-a',
      role: 'MedicoGeneral',
      scopes: ['medical.diagnosis.read'],
      expiresAt: NOW_S + 300,
    });
  });

  it('passes without the scope, which the route then misses', async () => {
    const caller = await verifier.verify(await openId.sign({ ...claims, scope: 'openid' }));
    expect(caller.scopes).toEqual([]);
  });

  it('of Cognito has a client instead of an audience', async () => {
    expect(await verifier.verify(await pool.sign(cognitoClaims))).toEqual({
      user: 'u-2',
      tenant: 'hospital-a',
      role: 'Enfermeria',
      scopes: ['medical.diagnosis.read'],
      expiresAt: NOW_S + 300,
    });
  });

  it('of a pool that is ours alone may be any client’s, but an access token', async () => {
    const ours = parseIssuers(JSON.stringify([{ kind: 'cognito', issuer: POOL, jwksUrl: pool.jwksUrl }]));
    const { verify } = createTokenVerifier({ issuers: ours, toCaller, clock: () => NOW_S * 1000 });
    const outcome = async (change: object) =>
      verify(await pool.sign({ ...cognitoClaims, ...change })).catch(({ code }) => code);

    expect(await outcome({ client_id: 'made-later' })).toMatchObject({ tenant: 'hospital-a' });
    expect(await outcome({ client_id: undefined })).toBe('ERR_CLIENT_ID');
    expect(await outcome({ token_use: 'id' })).toBe('ERR_TOKEN_USE');
  });

  it.each(['PS256', 'EdDSA'])('may be signed with %s', async (alg) => {
    const other = await startIssuer(alg);
    const issuers = configs.map((config) => ({ ...config, jwksUrl: other.jwksUrl }));
    const caller = await createTokenVerifier({ issuers, toCaller, clock: () => NOW_S * 1000 }).verify(
      await other.sign(claims),
    );
    expect(caller.user).toBe('u-1');
    await other.close();
  });

  it('is tolerated for five seconds beyond its times', async () => {
    const expired = await openId.sign({ ...claims, exp: NOW_S - 4 });
    const early = await openId.sign({ ...claims, nbf: NOW_S + 4 });
    expect((await verifier.verify(expired)).expiresAt).toBe(NOW_S - 4);
    expect((await verifier.verify(early)).user).toBe('u-1');
  });

  it('makes the keys be fetched once', async () => {
    const before = openId.fetches();
    const token = await openId.sign(claims);
    for (let i = 0; i < 5; i += 1) await verifier.verify(token);
    expect(openId.fetches() - before).toBe(1);
  });
});

describe('a token is refused', () => {
  const refusal = (token: string) =>
    verifier.verify(token).then(
      () => 'accepted',
      (error: { code: string }) => error.code,
    );

  it.each([
    ['that has expired', { exp: NOW_S - 6 }, 'ERR_JWT_EXPIRED'],
    ['without expiry', { exp: undefined }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['that is not valid yet', { nbf: NOW_S + 6 }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['for another audience', { aud: 'shop' }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['for no audience', { aud: undefined }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['of another issuer', { iss: 'https://id.example.com' }, 'ERR_ISSUER'],
    ['of an issuer that differs by a slash', { iss: `${ISSUER}/` }, 'ERR_ISSUER'],
    ['of no issuer', { iss: undefined }, 'ERR_ISSUER'],
    ['without subject', { sub: undefined }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['without tenant', { tenant: undefined }, 'ERR_CLAIMS'],
    ['without a role of ours', { role: 'Guest' }, 'ERR_CLAIMS'],
  ])('%s', async (_name, change, code) => {
    expect(await refusal(await openId.sign({ ...claims, ...change }))).toBe(code);
  });

  it.each([
    ['with an unknown key id', { kid: 'key-2' }, 'ERR_JWKS_NO_MATCHING_KEY'],
    ['without key id', { kid: undefined }, 'ERR_KID'],
    ['of another type', { typ: 'dpop+jwt' }, 'ERR_TYP'],
  ])('%s', async (_name, header, code) => {
    const token = await openId.sign(claims, header as Record<string, string>);
    expect(await refusal(token)).toBe(code);
  });

  it('with a critical header that nobody knows', async () => {
    const [, payload, signature] = (await openId.sign(claims)).split('.');
    const header = base64url({ alg: 'ES256', kid: openId.kid, crit: ['x'], x: 1 });
    expect(await refusal(`${header}.${payload}.${signature}`)).toBe('ERR_JOSE_NOT_SUPPORTED');
  });

  it('whose payload was changed', async () => {
    const [header, , signature] = (await openId.sign(claims)).split('.');
    const forged = base64url({ ...claims, tenant: 'hospital-b' });
    expect(await refusal(`${header}.${forged}.${signature}`)).toBe('ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
  });

  it('whose signature was changed', async () => {
    const [header, payload, signature] = (await openId.sign(claims)).split('.');
    const bytes = Buffer.from(signature ?? '', 'base64url');
    bytes.writeUInt8(bytes.readUInt8(10) ^ 1, 10);
    expect(await refusal(`${header}.${payload}.${bytes.toString('base64url')}`)).toBe(
      'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    );
  });

  it.each(['none', 'None', 'NONE'])('with alg %s and no signature', async (alg) => {
    const token = `${base64url({ alg, kid: openId.kid })}.${base64url(claims)}.`;
    expect(await refusal(token)).toBe('ERR_JOSE_ALG_NOT_ALLOWED');
  });

  it('signed as HS256 with the public key', async () => {
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: openId.kid })
      .sign(new TextEncoder().encode(openId.publicPem));
    expect(await refusal(token)).toBe('ERR_JOSE_ALG_NOT_ALLOWED');
  });

  it('signed by another key under a known key id', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: openId.kid })
      .sign(privateKey);
    expect(await refusal(token)).toBe('ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
  });

  it("signed by one trusted issuer in another one's name", async () => {
    const token = await openId.sign(cognitoClaims);
    expect(await refusal(token)).toBe('ERR_JOSE_ALG_NOT_ALLOWED');
  });

  it('that brings its own key', async () => {
    const attacker = await startIssuer('ES256');
    const token = await attacker.sign(claims, { jku: attacker.jwksUrl });
    expect(await refusal(token)).toBe('ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
    expect(attacker.fetches()).toBe(0);
    await attacker.close();
  });

  it.each([
    ['an ID token', { token_use: 'id' }, 'ERR_TOKEN_USE'],
    ['of another client', { client_id: 'app-9' }, 'ERR_CLIENT_ID'],
    ['of no client', { client_id: undefined, aud: 'app-1' }, 'ERR_CLIENT_ID'],
  ])('of Cognito that is %s', async (_name, change, code) => {
    expect(await refusal(await pool.sign({ ...cognitoClaims, ...change }))).toBe(code);
  });

  it.each(['', 'a', 'a.b', 'a.b.c', '..', 'e30.e30.e30', '{}'])('that is no token: %j', async (token) => {
    expect(await refusal(token)).not.toBe('accepted');
  });

  it('while the keys cannot be had', async () => {
    const gone = await startIssuer();
    const token = await gone.sign(claims);
    await gone.close();
    const issuers = configs.map((config) => ({ ...config, jwksUrl: gone.jwksUrl }));
    verifier = createTokenVerifier({ issuers, toCaller, clock: () => NOW_S * 1000 });
    await expect(verifier.verify(token)).rejects.toThrow();
  });
});
