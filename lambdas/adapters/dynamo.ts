/** The DynamoDB client, impatient enough that a broken store does not keep a clinician waiting. */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Without the last one the SDK only warns of a store that takes the request and never answers. */
const TIMES = { connectionTimeout: 500, requestTimeout: 2_000, throwOnRequestTimeout: true };

/** @param endpoint of a local database, which asks for a region and credentials but looks at neither; AWS without it. */
export function createDynamoClient(endpoint: string | undefined): DynamoDBClient {
  const local = endpoint !== undefined && {
    endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  return new DynamoDBClient({ maxAttempts: 2, requestHandler: TIMES, ...local });
}
