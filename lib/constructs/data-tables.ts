import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import {
  EXPIRY_ATTRIBUTE,
  PARTITION_KEY,
  TABLES,
  type TableName,
  tableName,
} from '../../lambdas/adapters/store/tables.ts';
import type { StageConfig } from '../config.ts';

export interface DataTablesProps {
  readonly config: StageConfig;
  readonly key: IKey;
  /** ARN of the key that encrypts the copy in the second region. */
  readonly replicaKeyArn?: string | undefined;
}

/** The store's tables, as the handlers' own table of them says. */
export class DataTables extends Construct {
  readonly of: ReadonlyMap<TableName, TableV2>;
  /** Before every table's name; the handlers' `CENTINELA_TABLE_PREFIX`. */
  readonly prefix: string;

  constructor(scope: Construct, id: string, { config, key, replicaKeyArn }: DataTablesProps) {
    super(scope, id);
    const { stage, removable, replicaRegion } = config;
    this.prefix = `centinela-${stage}`;
    const replicas = replicaRegion === undefined ? [] : [{ region: replicaRegion }];
    const arns = replicaRegion && replicaKeyArn ? { [replicaRegion]: replicaKeyArn } : undefined;
    const table = (name: TableName) =>
      new TableV2(this, name, {
        tableName: tableName(this.prefix, name),
        partitionKey: { name: PARTITION_KEY, type: AttributeType.STRING },
        sortKey: { name: TABLES[name], type: AttributeType.STRING },
        timeToLiveAttribute: EXPIRY_ATTRIBUTE,
        billing: Billing.onDemand(),
        encryption: TableEncryptionV2.customerManagedKey(key, arns),
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        deletionProtection: !removable,
        removalPolicy: removable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
        replicas,
      });
    const names = Object.keys(TABLES) as TableName[];
    this.of = new Map(names.map((name) => [name, table(name)]));
  }
}
