import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import type { IManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { RouteId } from '../../lambdas/api/routes.ts';
import { acknowledgeWildcards } from '../acknowledge.ts';
import { bundleHandlers } from '../bundle-handlers.ts';
import type { ChosenModel } from '../champion.ts';
import type { StageConfig } from '../config.ts';
import { AUTHORIZER, FUNCTIONS, type Needs, NOT_FOUND } from '../functions.ts';
import type { DataStack } from '../stacks/data-stack.ts';
import { Layers, MODEL_PACKAGE } from './layers.ts';
import { ServiceFunction } from './service-function.ts';
import { tracingPolicy } from './tracing.ts';

/** MB; 1,769 is one whole core, which the models keep busy. */
const MEMORY = { model: 1_769, plain: 512 };

export interface HandlersProps {
  readonly config: StageConfig;
  readonly data: DataStack;
  readonly model: ChosenModel;
  /** Whose tokens the authorizer takes. */
  readonly issuers: string;
}

/** A function for each route, one for what is none, and the authorizer; each with the rights it needs. */
export class Handlers extends Construct {
  readonly of: ReadonlyMap<RouteId, ServiceFunction>;
  readonly notFound: ServiceFunction;
  readonly authorizer: ServiceFunction;
  /** Whose every new version is rolled out by steps. */
  readonly predict: ServiceFunction;
  /** What else runs the models. */
  readonly followers: readonly ServiceFunction[];
  readonly layers: Layers;
  /** The right to trace, for functions of other stacks too. */
  readonly tracing: IManagedPolicy;

  constructor(scope: Construct, id: string, { config, data, model: chosen, issuers }: HandlersProps) {
    super(scope, id);
    const layers = new Layers(this, 'Layers', config, chosen);
    const tracing = tracingPolicy(this);
    this.layers = layers;
    this.tracing = tracing;
    const routes = Object.entries(FUNCTIONS) as [RouteId, Needs][];
    const all = [...routes.map(([, needs]) => needs), NOT_FOUND, AUTHORIZER];
    const folderOf = bundleHandlers(
      all.map(({ entry }) => entry),
      join((this.node.root as App).outdir, 'handlers'),
    );
    const make = (name: string, { entry, model, store }: Needs, environment: Record<string, string> = {}) => {
      const made = new ServiceFunction(this, name, {
        config,
        code: folderOf(entry),
        logKey: data.keys.of.operations,
        tracing,
        memoryMb: model ? MEMORY.model : MEMORY.plain,
        layers: model ? [layers.runtime, layers.model] : [],
        environment: {
          ...(model && {
            CENTINELA_MODEL_DIR: MODEL_PACKAGE,
            // The same layer under another reference is a new version to CDK. It must be one to Lambda too, which
            // refuses to publish what has not changed.
            CENTINELA_MODEL_FROM: chosen.layerVersionArn === undefined ? 'checkout' : 'champion',
          }),
          CENTINELA_STAGE: config.stage,
          // The settings are read whole, whatever of them a handler uses.
          ...((model || store) && {
            CENTINELA_TABLE_PREFIX: data.tables.prefix,
            CENTINELA_KMS_KEY: data.keys.of.tenants.keyArn,
            CENTINELA_RETENTION_DAYS: String(config.retentionDays),
          }),
          ...environment,
        },
      });
      if (store) {
        for (const table of data.tables.of.values())
          table.grant(made.role, 'dynamodb:GetItem', 'dynamodb:PutItem');
        data.keys.of.clinical.grantEncryptDecrypt(made.role);
        data.keys.of.tenants.grant(made.role, 'kms:Encrypt', 'kms:Decrypt');
        acknowledgeWildcards(
          made.role,
          'DynamoDB chooses which data keys a table of this key takes (its guide, "Encryption at rest").',
          ['Action::kms:GenerateDataKey*', 'Action::kms:ReEncrypt*'],
        );
      }
      return made;
    };
    const made = routes.map(([name, needs]) => ({ name, needs, function: make(name, needs) }));
    this.of = new Map(made.map(({ name, function: own }) => [name, own]));
    this.predict = this.of.get('predict') as ServiceFunction;
    this.followers = made
      .filter(({ name, needs }) => needs.model && name !== 'predict')
      .map(({ function: own }) => own);
    this.notFound = make('notFound', NOT_FOUND);
    this.authorizer = make('authorizer', AUTHORIZER, {
      CENTINELA_ISSUERS: issuers,
      CENTINELA_STAGE: config.stage,
    });
  }
}
