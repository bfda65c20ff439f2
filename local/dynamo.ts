/** DynamoDB on one machine: `dynalite` on a random loopback port, its files in the data folder. */
import { chmod, mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { Level } from 'level';
import { createDynamoClient } from '../lambdas/adapters/dynamo.ts';

export interface LocalDynamo {
  /** `http://127.0.0.1:{port}` */
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * Start the database on a folder; what it holds from earlier is there again.
 *
 * @throws Error naming the folder where another process uses it or its files cannot be read.
 */
export async function startDynamo(dataDir: string): Promise<LocalDynamo> {
  const path = join(dataDir, 'dynamo');
  await mkdir(path, { recursive: true, mode: 0o700 });
  // A folder that was there already keeps its mode otherwise.
  await chmod(path, 0o700);
  await requireFree(path);
  const server = dynalite({ path, createTableMs: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  await untilOpened(endpoint);
  return {
    endpoint,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        // Idle keep-alive connections would hold the server open.
        server.closeAllConnections();
      }),
  };
}

/** dynalite listens before it has opened its files: until then another process could still take the folder. */
async function untilOpened(endpoint: string): Promise<void> {
  const client = createDynamoClient(endpoint);
  await client.send(new ListTablesCommand({ Limit: 1 }));
  client.destroy();
}

/** dynalite would take requests on a folder that it could not open, and die of the first one. */
async function requireFree(path: string): Promise<void> {
  const files = new Level(path);
  try {
    await files.open();
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } };
    const reason = cause?.code === 'LEVEL_LOCKED' ? 'is in use by another Centinela' : 'cannot be opened';
    throw new Error(`The data folder ${path} ${reason}`, { cause: error });
  }
  await files.close();
}
