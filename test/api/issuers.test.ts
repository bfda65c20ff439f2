import { describe, expect, it } from 'vitest';
import { IssuerConfigError, parseIssuers } from '../../lambdas/api/issuers.ts';

const generic = {
  kind: 'generic',
  issuer: 'https://id.example.org',
  jwksUrl: 'https://id.example.org/jwks.json',
  audience: 'centinela',
};
const cognito = {
  kind: 'cognito',
  issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/pool',
  jwksUrl: 'https://cognito-idp.eu-west-1.amazonaws.com/pool/.well-known/jwks.json',
  clientId: ['app-1', 'app-2'],
};

describe('parseIssuers', () => {
  it('reads both kinds and fills in the algorithms', () => {
    expect(parseIssuers(JSON.stringify([generic, cognito]))).toEqual([
      { ...generic, algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
      { ...cognito, algorithms: ['RS256'] },
    ]);
  });

  it('takes any client of a Cognito pool that is ours alone', () => {
    const { clientId: _clientId, ...pool } = cognito;

    const [issuer] = parseIssuers(JSON.stringify([pool]));

    expect(issuer).toEqual({ ...pool, algorithms: ['RS256'] });
  });

  it.each(['http://127.0.0.1:8080/jwks', 'http://localhost/jwks', 'http://[::1]:9/jwks'])(
    'takes keys from %s without TLS',
    (jwksUrl) => {
      expect(parseIssuers(JSON.stringify([{ ...generic, jwksUrl }]))[0]?.jwksUrl).toBe(jwksUrl);
    },
  );

  it.each([
    ['0.jwksUrl', [{ ...generic, jwksUrl: 'http://id.example.org/jwks' }]],
    ['0.jwksUrl', [{ ...generic, jwksUrl: 'http://127.0.0.1.example.org/jwks' }]],
    ['0.jwksUrl', [{ ...generic, jwksUrl: 'http://127.0.0.1@example.org/jwks' }]],
    ['0.jwksUrl', [{ ...generic, jwksUrl: 'file:///etc/keys' }]],
    ['0.jwksUrl', [{ ...generic, jwksUrl: 'not an address' }]],
    ['0.audience', [{ ...generic, audience: undefined }]],
    ['0.audience', [{ ...generic, audience: [] }]],
    ['1.clientId', [generic, { ...cognito, clientId: '' }]],
    ['0.issuer', [{ ...generic, issuer: '' }]],
    ['0.kind', [{ ...generic, kind: 'saml' }]],
    ['0.algorithms.0', [{ ...generic, algorithms: ['HS256'] }]],
    ['0.algorithms.1', [{ ...generic, algorithms: ['ES256', 'none'] }]],
    ['0.algorithms', [{ ...generic, algorithms: [] }]],
    ['0.claims', [{ ...generic, claims: { usuario: 'sub' } }]],
    ['0.tenant', [{ ...generic, tenant: 'a#b' }]],
    ['"audiencia"', [{ ...generic, audiencia: 'x' }]],
    ['names an issuer twice', [generic, { ...cognito, issuer: generic.issuer }]],
    ['list', []],
    ['list', { ...generic }],
  ])('refuses a bad configuration and names %s', (place, value) => {
    const call = () => parseIssuers(JSON.stringify(value));
    expect(call).toThrow(IssuerConfigError);
    expect(call).toThrow(place);
  });

  it.each([undefined, '', '[', 'issuer=x'])('refuses %j, which is no JSON', (json) => {
    expect(() => parseIssuers(json)).toThrow('CENTINELA_ISSUERS must be a JSON array of issuers');
  });
});
