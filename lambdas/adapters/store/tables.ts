/** The tables' key schemas: the store reads them, a local start and the deployment create tables from them. */
import { CreateTableCommand, type DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb';

/** Every item belongs to a tenant: the partition key of all tables. */
export const PARTITION_KEY = 'tenant';
/** Seconds since the epoch after which an item counts as gone; the tables' TTL attribute. */
export const EXPIRY_ATTRIBUTE = 'expires_at';
/** Of what GitHub was asked for: nobody's, for no tenant is called so (api/claims). */
export const DISPATCH_PARTITION = '#dispatches';

/** The sort key of each table. */
export const TABLES = {
  predictions: 'prediction_id',
  inputs: 'prediction_id',
  patients: 'id',
  feedback: 'id',
  operations: 'id',
} as const;
export type TableName = keyof typeof TABLES;

/** A table's name in an account, or on a machine, that may hold several stages. */
export const tableName = (prefix: string, table: TableName): string => `${prefix}-${table}`;

/** Create the tables that are missing. For local use: in AWS the deployment creates them. */
export async function ensureTables(client: DynamoDBClient, prefix: string): Promise<void> {
  for (const table of Object.keys(TABLES) as TableName[]) {
    const sortKey = TABLES[table];
    const command = new CreateTableCommand({
      TableName: tableName(prefix, table),
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: PARTITION_KEY, AttributeType: 'S' },
        { AttributeName: sortKey, AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: PARTITION_KEY, KeyType: 'HASH' },
        { AttributeName: sortKey, KeyType: 'RANGE' },
      ],
    });
    await client.send(command).catch((error: unknown) => {
      if (!(error instanceof ResourceInUseException)) throw error;
    });
  }
}
