import { join } from 'node:path';
import { type App, ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { clientParameter } from '../../lambdas/adapters/hospital-names.ts';
import { acknowledgeWildcards, named } from '../acknowledge.ts';
import { bundleHandlers } from '../bundle-handlers.ts';
import type { StageConfig } from '../config.ts';
import { ServiceFunction } from './service-function.ts';
import { tracingPolicy } from './tracing.ts';

const ENTRY = 'pre-token';

export interface PreTokenProps {
  readonly config: StageConfig;
  readonly logKey: IKey;
}

/** The function that writes a token's hospital into it; it may read whose each app client is. */
export class PreToken extends Construct {
  readonly target: IFunction;

  constructor(scope: Construct, id: string, { config, logKey }: PreTokenProps) {
    super(scope, id);
    const folderOf = bundleHandlers([ENTRY], join((this.node.root as App).outdir, 'handlers'));
    const made = new ServiceFunction(this, 'Trigger', {
      config,
      code: folderOf(ENTRY),
      logKey,
      tracing: tracingPolicy(this),
      memoryMb: 512,
      environment: { CENTINELA_STAGE: config.stage },
    });
    const clients = Stack.of(this).formatArn({
      service: 'ssm',
      resource: `parameter${clientParameter(config.stage, '*')}`,
      arnFormat: ArnFormat.NO_RESOURCE_NAME,
    });
    made.role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [clients] }),
    );
    acknowledgeWildcards(made.role, 'One parameter a client, made by a command after the deploy.', [
      `Resource::${named(this, clients)}`,
    ]);
    this.target = made.target;
  }
}
