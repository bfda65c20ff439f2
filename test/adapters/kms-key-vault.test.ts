import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKey, open, seal } from '../../lambdas/adapters/envelope.ts';
import { createKmsKeyVault } from '../../lambdas/adapters/kms-key-vault.ts';

/** KMS's wire protocol, as far as two operations need it; the encryption context is authenticated as KMS does. */
function kmsServer(secret: Uint8Array): Server {
  return createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { KeyId, Plaintext, CiphertextBlob, EncryptionContext } = JSON.parse(
      Buffer.concat(chunks).toString(),
    );
    const place = { tenant: JSON.stringify(EncryptionContext), table: 'kms', id: KeyId, attribute: 'key' };
    const send = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    if (KeyId !== 'alias/centinela') return send(400, { __type: 'NotFoundException' });
    const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
    try {
      if (request.headers['x-amz-target'] === 'TrentService.Encrypt')
        return send(200, {
          KeyId,
          CiphertextBlob: base64(seal(secret, place, Buffer.from(Plaintext, 'base64'))),
        });
      return send(200, {
        KeyId,
        Plaintext: base64(open(secret, place, Buffer.from(CiphertextBlob, 'base64'))),
      });
    } catch {
      return send(400, { __type: 'InvalidCiphertextException' });
    }
  });
}

describe('the vault in AWS', () => {
  let server: Server;
  let client: KMSClient;
  beforeAll(async () => {
    server = kmsServer(newKey());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    client = new KMSClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      maxAttempts: 1,
    });
  });
  afterAll(() => {
    client.destroy();
    server.close();
  });

  it('unwraps what it wrapped for the same tenant', async () => {
    const vault = createKmsKeyVault('alias/centinela', client);
    const key = newKey();

    const wrapped = await vault.wrap('hospital-a', key);

    expect(Buffer.from(await vault.unwrap('hospital-a', wrapped))).toEqual(Buffer.from(key));
    expect(Buffer.from(wrapped).includes(key)).toBe(false);
  });

  it('unwraps for no other tenant, and with no other key', async () => {
    const vault = createKmsKeyVault('alias/centinela', client);

    const wrapped = await vault.wrap('hospital-a', newKey());

    await expect(vault.unwrap('hospital-b', wrapped)).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
    });
    await expect(
      createKmsKeyVault('alias/other', client).unwrap('hospital-a', wrapped),
    ).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });
});
