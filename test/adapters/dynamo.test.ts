import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { createDynamoClient } from '../../lambdas/adapters/dynamo.ts';

it('gives up on a store that takes requests and never answers', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const client = createDynamoClient(`http://127.0.0.1:${port}`);

  const asked = client.send(new ListTablesCommand({}));

  await expect(asked).rejects.toMatchObject({ name: 'TimeoutError' });
  client.destroy();
  silent.close();
}, 15_000);
