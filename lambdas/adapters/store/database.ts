/** The three things that the stores do with DynamoDB: read an item, write a new one, replace one they have read. */
import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../clock.ts';
import { EXPIRY_ATTRIBUTE, PARTITION_KEY, TABLES, type TableName, tableName } from './tables.ts';

/** Every item has its table's keys; one that expires also says when. */
export interface Item {
  readonly tenant: string;
  /** Seconds since the epoch. */
  readonly expires_at?: number;
}

/** The database did not do what was asked, whatever the reason; nothing is known to be saved. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** An expired item is as good as none: TTL deletes it only hours later. */
export interface Database {
  /** @throws StoreUnavailableError */
  get<T extends Item>(table: TableName, tenant: string, id: string): Promise<T | undefined>;
  /**
   * @returns false where the item is there already.
   * @throws StoreUnavailableError
   */
  putNew(table: TableName, item: Item): Promise<boolean>;
  /**
   * Replace an item whose attribute still has the value that was read.
   *
   * @returns false where it has another by now.
   * @throws StoreUnavailableError
   */
  replace(table: TableName, item: Item, attribute: string, expected: string): Promise<boolean>;
}

export function createDatabase(client: DynamoDBClient, prefix: string, clock: Clock): Database {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const seconds = () => Math.floor(clock() / 1000);

  async function put(
    table: TableName,
    item: Item,
    condition: string,
    names: Record<string, string>,
    values: Record<string, unknown>,
  ): Promise<boolean> {
    const command = new PutCommand({
      TableName: tableName(prefix, table),
      Item: item,
      ConditionExpression: condition,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    });
    try {
      await documents.send(command);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw unavailable(error);
    }
  }

  return {
    async get<T extends Item>(table: TableName, tenant: string, id: string) {
      const command = new GetCommand({
        TableName: tableName(prefix, table),
        Key: { [PARTITION_KEY]: tenant, [TABLES[table]]: id },
        ConsistentRead: true,
      });
      const { Item: found } = await documents.send(command).catch((error: unknown) => {
        throw unavailable(error);
      });
      const item = found as T | undefined;
      return item?.expires_at !== undefined && item.expires_at <= seconds() ? undefined : item;
    },
    putNew: (table, item) =>
      put(
        table,
        item,
        'attribute_not_exists(#key) OR #expiry <= :now',
        { '#key': PARTITION_KEY, '#expiry': EXPIRY_ATTRIBUTE },
        { ':now': seconds() },
      ),
    replace: (table, item, attribute, expected) =>
      put(table, item, '#attribute = :expected', { '#attribute': attribute }, { ':expected': expected }),
  };
}

/** The SDK's message may quote the item: only its name is kept. */
function unavailable(error: unknown): StoreUnavailableError {
  return new StoreUnavailableError(error instanceof Error ? error.name : 'unknown');
}
