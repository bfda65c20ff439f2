import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';

export interface ServiceLogProps {
  readonly config: StageConfig;
  readonly key: IKey;
  /** Only where a service asks for one. */
  readonly name?: string;
}

/** An encrypted log that ends. */
export class ServiceLog extends Construct {
  readonly group: LogGroup;

  constructor(scope: Construct, id: string, { config, key, name }: ServiceLogProps) {
    super(scope, id);
    this.group = new LogGroup(this, 'Group', {
      ...(name !== undefined && { logGroupName: name }),
      encryptionKey: key,
      // The numbers of the enumeration are days.
      retention: config.logDays as RetentionDays,
      removalPolicy: config.removable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
  }
}
