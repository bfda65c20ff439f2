import { describe, expect, it } from 'vitest';
import { toCaller } from '../../lambdas/api/claims.ts';
import { createPreToken, handler, type PreTokenEvent } from '../../lambdas/functions/pre-token.ts';

const preToken = createPreToken(async (clientId) => (clientId === 'c-1' ? 'hospital-a' : undefined));

/** As Cognito sends it, without what we do not read. */
function eventOf(triggerSource: string, clientId: string, userAttributes: Record<string, string>) {
  return {
    version: '3',
    triggerSource,
    region: 'eu-west-1',
    userPoolId: 'eu-west-1_abc',
    userName: clientId,
    callerContext: { awsSdkVersion: 'x', clientId },
    request: { userAttributes, groupConfiguration: {}, scopes: ['centinela/medical.diagnosis.read'] },
    response: { claimsAndScopeOverrideDetails: null },
  } as unknown as PreTokenEvent;
}
const machine = (clientId: string, attributes = {}) =>
  eventOf('TokenGeneration_ClientCredentials', clientId, attributes);

/** Claims that a trigger's answer adds to the access token. */
const addedBy = async (event: PreTokenEvent) =>
  (await preToken(event)).response.claimsAndScopeOverrideDetails.accessTokenGeneration?.claimsToAddOrOverride;

describe('the trigger before a token', () => {
  it("gives a machine its client's hospital, and the authorizer's table understands it", async () => {
    const added = await addedBy(machine('c-1'));

    const token = {
      sub: 'c-1',
      client_id: 'c-1',
      scope: 'centinela/medical.diagnosis.read',
      exp: 1,
      ...added,
    };
    expect(added).toEqual({ tenant: 'hospital-a' });
    expect(toCaller({ kind: 'cognito' }, token)).toMatchObject({
      tenant: 'hospital-a',
      role: 'SistemaHospital',
    });
  });

  it.each([
    'TokenGeneration_HostedAuth',
    'TokenGeneration_Authentication',
    'TokenGeneration_NewPasswordChallenge',
    'TokenGeneration_AuthenticateDevice',
    'TokenGeneration_RefreshTokens',
  ])("gives a person the user's own hospital, whatever the client (%s)", async (source) => {
    const added = await addedBy(eventOf(source, 'c-1', { sub: 'u-1', 'custom:tenant': 'hospital-b' }));

    expect(added).toEqual({ tenant: 'hospital-b' });
  });

  it('changes neither scopes, groups nor the ID token', async () => {
    const { response } = await preToken(machine('c-1'));

    expect(response).toEqual({
      claimsAndScopeOverrideDetails: {
        accessTokenGeneration: { claimsToAddOrOverride: { tenant: 'hospital-a' } },
      },
    });
  });

  it.each([
    ['a machine that nobody wrote down', machine('c-2')],
    ['a machine that brings an attribute', machine('c-2', { 'custom:tenant': 'hospital-a' })],
    ['a person without a hospital', eventOf('TokenGeneration_HostedAuth', 'c-1', { sub: 'u-1' })],
    [
      'a person whose hospital is none',
      eventOf('TokenGeneration_HostedAuth', 'c-1', { 'custom:tenant': 'a#b' }),
    ],
  ])('lets %s have no token, and names nobody', async (_name, event) => {
    await expect(preToken(event)).rejects.toThrow(/^This account belongs to no hospital$/);
  });
});

it('the Lambda function says what it misses', () => {
  expect(() => handler(machine('c-1'))).toThrow('CENTINELA_STAGE must be set');
});
