import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Caller,
  type ClaimSource,
  ClaimsError,
  callerFromContext,
  callerToContext,
  GOLDEN_TENANT,
  ROLE_NAMES,
  ROLES,
  toCaller,
} from '../../lambdas/api/claims.ts';

const GENERIC: ClaimSource = { kind: 'generic' };
const COGNITO: ClaimSource = { kind: 'cognito' };

const doctor = {
  sub: 'u-1',
  tenant: 'hospital-a',
  role: 'MedicoGeneral',
  scope: 'medical.diagnosis.read medical.feedback.write',
  exp: 2_000_000_000,
};

describe('toCaller', () => {
  it('maps an OpenID access token', () => {
    expect(toCaller(GENERIC, doctor)).toEqual({
      user: 'u-1',
      tenant: 'hospital-a',
      role: 'MedicoGeneral',
      scopes: ['medical.diagnosis.read', 'medical.feedback.write'],
      expiresAt: 2_000_000_000,
    });
  });

  it.each([
    ['an array', { scope: ['medical.diagnosis.read'] }],
    ['the claim scp', { scope: undefined, scp: 'medical.diagnosis.read' }],
    ['scp as an array', { scope: undefined, scp: ['medical.diagnosis.read'] }],
  ])('reads scopes from %s', (_name, claims) => {
    expect(toCaller(GENERIC, { ...doctor, ...claims }).scopes).toEqual(['medical.diagnosis.read']);
  });

  it('gives no scope that the token lacks, and none that the role may not hold', () => {
    expect(toCaller(GENERIC, { ...doctor, scope: 'openid' }).scopes).toEqual([]);
    expect(toCaller(GENERIC, { ...doctor, role: 'Enfermeria' }).scopes).toEqual(['medical.diagnosis.read']);
    expect(toCaller(GENERIC, { ...doctor, role: 'DevOps' }).scopes).toEqual([]);
  });

  it('maps a Cognito user: groups as role, scopes with the resource server before them', () => {
    const claims = {
      sub: 'u-2',
      client_id: 'app-client',
      token_use: 'access',
      tenant: 'hospital-b',
      'cognito:groups': ['unrelated', 'MedicoEspecialista'],
      scope: 'openid centinela/medical.diagnosis.read other/medical.feedback.write',
      exp: 2_000_000_000,
    };
    expect(toCaller(COGNITO, claims)).toEqual({
      user: 'u-2',
      tenant: 'hospital-b',
      role: 'MedicoEspecialista',
      scopes: ['medical.diagnosis.read'],
      expiresAt: 2_000_000_000,
    });
  });

  it('gives a machine the machine role whatever else it claims', () => {
    const machine = { ...doctor, sub: 'client-9', client_id: 'client-9', role: 'MedicoGeneral' };
    expect(toCaller(GENERIC, machine)).toMatchObject({ user: 'client-9', role: 'SistemaHospital' });
    const { role: _role, ...withoutRole } = machine;
    expect(toCaller(COGNITO, withoutRole).role).toBe('SistemaHospital');
  });

  it('reads the claims that the issuer is configured with', () => {
    const source: ClaimSource = {
      kind: 'generic',
      claims: { user: 'oid', tenant: 'https://example.org/tenant', role: 'roles', scopes: 'permissions' },
      scopePrefix: 'api://centinela/',
    };
    const claims = {
      sub: 'ignored',
      oid: 'u-3',
      'https://example.org/tenant': 'hospital-c',
      roles: ['Enfermeria'],
      permissions: ['api://centinela/medical.diagnosis.read'],
      exp: 5,
    };
    expect(toCaller(source, claims)).toEqual({
      user: 'u-3',
      tenant: 'hospital-c',
      role: 'Enfermeria',
      scopes: ['medical.diagnosis.read'],
      expiresAt: 5,
    });
  });

  it('lets an issuer that is bound to a tenant speak for no other', () => {
    const caller = toCaller({ kind: 'generic', tenant: 'hospital-a' }, { ...doctor, tenant: 'hospital-b' });
    expect(caller.tenant).toBe('hospital-a');
  });

  it('picks the first role of the table where the token names several', () => {
    const caller = toCaller(GENERIC, { ...doctor, role: ['DevOps', 'Enfermeria', 'MedicoGeneral'] });
    expect(caller.role).toBe('MedicoGeneral');
  });

  it.each([
    ['sub', { sub: undefined }],
    ['sub', { sub: 'two words' }],
    ['sub', { sub: 7 }],
    ['tenant', { tenant: undefined }],
    ['tenant', { tenant: 'a#b' }],
    ['tenant', { tenant: '' }],
    ['tenant', { tenant: ['hospital-a'] }],
    ['tenant', { tenant: GOLDEN_TENANT }],
    ['role', { role: undefined }],
    ['role', { role: 'Medico' }],
    ['role', { role: 'toString' }],
    ['exp', { exp: undefined }],
  ])('refuses a token whose %s cannot be told, naming the claim only', (claim, change) => {
    const call = () => toCaller(GENERIC, { ...doctor, ...change });
    expect(call).toThrow(ClaimsError);
    expect(call).toThrow(`"${claim}"`);
  });
});

describe('the way through the authorizer context', () => {
  const callers: fc.Arbitrary<Caller> = fc.constantFrom(...ROLE_NAMES).chain((role) =>
    fc.record({
      user: fc.stringMatching(/^[\x21-\x7e]{1,256}$/),
      tenant: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
      role: fc.constant(role),
      scopes: fc.subarray([...ROLES[role]]),
      expiresAt: fc.integer({ min: 0, max: 253_402_300_799 }),
    }),
  );

  it('brings back every caller', () => {
    fc.assert(
      fc.property(callers, (caller) => {
        expect(callerFromContext(callerToContext(caller))).toEqual(caller);
      }),
    );
  });

  it('holds strings only', () => {
    const context = callerToContext(toCaller(GENERIC, doctor));
    expect(context).toEqual({
      user: 'u-1',
      tenant: 'hospital-a',
      role: 'MedicoGeneral',
      scopes: 'medical.diagnosis.read medical.feedback.write',
      expiresAt: '2000000000',
    });
  });

  it.each([
    ['no context', undefined],
    ['null', null],
    ['an empty one', {}],
    ['an unknown role', { user: 'u', tenant: 't', role: 'Root', scopes: '', expiresAt: '1' }],
    ['a tenant with a separator', { user: 'u', tenant: 'a#b', role: 'DevOps', scopes: '', expiresAt: '1' }],
    ['no expiry', { user: 'u', tenant: 't', role: 'DevOps', scopes: '' }],
    ['an expiry that is no number', { user: 'u', tenant: 't', role: 'DevOps', scopes: '', expiresAt: 'NaN' }],
    ['no scopes', { user: 'u', tenant: 't', role: 'DevOps', expiresAt: '1' }],
  ])('gives nobody for %s', (_name, context) => {
    expect(callerFromContext(context)).toBeUndefined();
  });
});

describe('the roles', () => {
  it('give the technical ones no clinical scope', () => {
    expect(ROLES.DevOps).toEqual([]);
    expect(ROLES.Administrador).toEqual([]);
  });
});
