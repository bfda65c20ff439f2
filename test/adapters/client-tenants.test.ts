import { SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ClientTenants, createClientTenants } from '../../lambdas/adapters/client-tenants.ts';
import { type AwsServer, startAws } from '../fixtures/aws-server.ts';

let aws: AwsServer;
let tenantOf: ClientTenants;
beforeAll(async () => {
  aws = await startAws();
});
afterAll(() => aws.close());
beforeEach(() => {
  aws.parameters.clear();
  aws.asked.length = 0;
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  tenantOf = createClientTenants(
    'prod',
    new SSMClient({ region: 'eu-west-1', endpoint: aws.endpoint, credentials, maxAttempts: 1 }),
  );
});

describe('whose a client is', () => {
  it('is read once', async () => {
    aws.parameters.set('/centinela/prod/clients/c-1', 'hospital-a');

    const answers = [await tenantOf('c-1'), await tenantOf('c-1')];

    expect(answers).toEqual(['hospital-a', 'hospital-a']);
    expect(aws.asked).toEqual(['GetParameter']);
  });

  it('is asked again where nobody had written it down', async () => {
    const before = await tenantOf('c-1');
    aws.parameters.set('/centinela/prod/clients/c-1', 'hospital-a');

    const after = await tenantOf('c-1');

    expect([before, after]).toEqual([undefined, 'hospital-a']);
  });

  it('is not another stage’s to say', async () => {
    aws.parameters.set('/centinela/dev/clients/c-1', 'hospital-a');

    expect(await tenantOf('c-1')).toBeUndefined();
  });

  it('does not pass for unknown where the parameters cannot be read', async () => {
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const nobody = new SSMClient({
      region: 'eu-west-1',
      endpoint: 'http://127.0.0.1:9',
      credentials,
      maxAttempts: 1,
    });

    await expect(createClientTenants('prod', nobody)('c-1')).rejects.toThrow();
  });
});
