import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clientParameter, usageKey } from '../../../lambdas/adapters/hospital-names.ts';
import { createAwsCloud } from '../../../scripts/hospital/aws-cloud.ts';
import type { Cloud } from '../../../scripts/hospital/cloud.ts';
import { readDeployed } from '../../../scripts/hospital/deployed.ts';
import { addHospital, listHospitals, removeHospital } from '../../../scripts/hospital/hospitals.ts';
import { welcome } from '../../../scripts/hospital/welcome.ts';
import { type AwsServer, startAws } from '../../fixtures/aws-server.ts';

const STAGE = 'staging';
const TENANT = 'hospital-la-paz';
const client = () => ({ region: 'eu-west-1', endpoint: aws.endpoint });

let aws: AwsServer;
let cloud: Cloud;
beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'a');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'b');
  aws = await startAws();
  cloud = createAwsCloud({ stage: STAGE, userPoolId: 'pool', usagePlanId: 'plan', client: client() });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.close();
});

describe('add', () => {
  it('makes key, client and whose the client is', async () => {
    const added = await addHospital(cloud, STAGE, TENANT);

    expect(aws.keys).toMatchObject([
      { name: 'centinela-staging-hospital-la-paz', value: usageKey(STAGE, TENANT), enabled: true },
    ]);
    expect([...aws.plan]).toEqual(aws.keys.map(({ id }) => id));
    expect(aws.parameters.get(clientParameter(STAGE, added.clientId))).toBe(TENANT);
    expect(added.secret).toBe(aws.clients.get(added.clientId)?.ClientSecret);
  });

  it('makes a client for a machine alone, with no scope that the role may not hold', async () => {
    const { clientId } = await addHospital(cloud, STAGE, TENANT);

    expect(aws.clients.get(clientId)).toMatchObject({
      ClientName: `hospital-${TENANT}`,
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['centinela/medical.diagnosis.read', 'centinela/medical.feedback.write'],
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
    });
  });

  it('makes nothing the second time, and tells no secret', async () => {
    const first = await addHospital(cloud, STAGE, TENANT);

    const second = await addHospital(cloud, STAGE, TENANT);

    expect(second).toEqual({ tenant: TENANT, clientId: first.clientId, secret: undefined, done: [] });
    expect([aws.keys.length, aws.clients.size, aws.parameters.size]).toEqual([1, 1, 1]);
  });

  it('takes no hospital for another whose name begins alike', async () => {
    for (const tenant of ['norte-2', 'norte-1', 'norte']) await addHospital(cloud, STAGE, tenant);

    const values = aws.keys.map(({ value }) => value);
    expect(values).toEqual(['norte-2', 'norte-1', 'norte'].map((tenant) => usageKey(STAGE, tenant)));
    expect([...aws.parameters.values()]).toEqual(['norte-2', 'norte-1', 'norte']);
  });

  it('goes on where a run broke off', async () => {
    const { clientId } = await addHospital(cloud, STAGE, TENANT);
    aws.parameters.clear();
    aws.plan.clear();

    const { done } = await addHospital(cloud, STAGE, TENANT);

    expect(done).toEqual(['API key put into the usage plan', 'Client bound to the hospital']);
    expect(aws.parameters.get(clientParameter(STAGE, clientId))).toBe(TENANT);
  });

  it('gives no client of one hospital to another', async () => {
    const { clientId } = await addHospital(cloud, STAGE, TENANT);
    aws.parameters.set(clientParameter(STAGE, clientId), 'another');

    await expect(addHospital(cloud, STAGE, TENANT)).rejects.toThrow(
      `Client ${clientId} speaks for "another", not for "${TENANT}"`,
    );
  });

  it.each(['', 'Hospital Norte', 'a/b', '-x', 'a'.repeat(65), 'centinela-golden'])(
    'refuses the name %j before it asks AWS',
    async (name) => {
      await expect(addHospital(cloud, STAGE, name)).rejects.toThrow(`NAME: given ${JSON.stringify(name)}`);
      expect(aws.asked).toEqual([]);
    },
  );
});

describe('remove', () => {
  it('disables the key before the client goes, and keeps the key', async () => {
    const { clientId } = await addHospital(cloud, STAGE, TENANT);
    aws.asked.length = 0;

    await removeHospital(cloud, STAGE, TENANT);

    expect(aws.keys).toMatchObject([{ enabled: false }]);
    expect(aws.clients.has(clientId)).toBe(false);
    expect(aws.parameters.size).toBe(0);
    const disabled = aws.asked.findIndex((asked) => asked.startsWith('PATCH /apikeys/'));
    expect(disabled).toBeGreaterThan(-1);
    expect(disabled).toBeLessThan(aws.asked.indexOf('DeleteUserPoolClient'));
  });

  it('leaves the others', async () => {
    await addHospital(cloud, STAGE, 'norte');
    await addHospital(cloud, STAGE, TENANT);

    await removeHospital(cloud, STAGE, TENANT);

    expect((await listHospitals(cloud, STAGE)).map(({ tenant, keyEnabled }) => [tenant, keyEnabled])).toEqual(
      [
        [TENANT, false],
        ['norte', true],
      ],
    );
  });

  it('can be taken back: a new client, the same key', async () => {
    const before = await addHospital(cloud, STAGE, TENANT);
    await removeHospital(cloud, STAGE, TENANT);

    const after = await addHospital(cloud, STAGE, TENANT);

    expect(after.clientId).not.toBe(before.clientId);
    expect(after.done).toEqual(['API key enabled again', 'App client made', 'Client bound to the hospital']);
    expect(aws.keys).toMatchObject([{ enabled: true }]);
  });

  it('says that there is none', async () => {
    await expect(removeHospital(cloud, STAGE, TENANT)).rejects.toThrow(
      `There is no hospital "${TENANT}" in staging`,
    );
  });
});

describe('list', () => {
  it("tells each hospital's client, and nothing of other clients", async () => {
    const { clientId } = await addHospital(cloud, STAGE, TENANT);
    await cloud.createClient('page');

    expect(await listHospitals(cloud, STAGE)).toEqual([{ tenant: TENANT, clientId, keyEnabled: true }]);
  });
});

describe('what the stage tells of itself', () => {
  const deployed = {
    userPoolId: 'pool',
    tokenEndpoint: 'https://x.auth.eu-west-1.amazoncognito.com/oauth2/token',
    usagePlanId: 'plan',
    address: 'https://api.example.org/',
  };

  it('is read from the outputs of its stacks', async () => {
    const { userPoolId, tokenEndpoint, usagePlanId, address } = deployed;
    aws.stacks.set('Centinela-staging-Identity', { UserPoolId: userPoolId, TokenEndpoint: tokenEndpoint });
    aws.stacks.set('Centinela-staging-Api', { Address: address, UsagePlanId: usagePlanId });

    expect(await readDeployed(new CloudFormationClient(client()), STAGE)).toEqual(deployed);
  });

  it('says which stack is missing', async () => {
    await expect(readDeployed(new CloudFormationClient(client()), STAGE)).rejects.toThrow(
      'The stage is not deployed: no stack Centinela-staging-',
    );
  });

  it('says what an older deploy does not tell', async () => {
    aws.stacks.set('Centinela-staging-Identity', {});
    aws.stacks.set('Centinela-staging-Api', {});

    await expect(readDeployed(new CloudFormationClient(client()), STAGE)).rejects.toThrow(
      'the stack Centinela-staging-Identity has no output UserPoolId',
    );
  });

  it('reaches the hospital in both languages, with the secret only once', async () => {
    const first = welcome(await addHospital(cloud, STAGE, TENANT), deployed);
    const second = welcome(await addHospital(cloud, STAGE, TENANT), deployed);

    const [secret = ''] = [...aws.clients.values()].map(({ ClientSecret }) => String(ClientSecret));
    for (const part of [
      'Acceso a Centinela de hospital-la-paz',
      'Access to Centinela for hospital-la-paz',
      deployed.tokenEndpoint,
      'https://api.example.org/v1/predict',
      'centinela/medical.diagnosis.read centinela/medical.feedback.write',
      secret,
    ])
      expect(first).toContain(part);
    expect(second).not.toContain(secret);
  });
});
