import { Duration } from 'aws-cdk-lib';
import { type IManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Alias,
  type CfnAlias,
  Code,
  type IFunction,
  type ILayerVersion,
  type IVersion,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { StageConfig } from '../config.ts';
import { architectureOf } from './layers.ts';
import { ServiceLog } from './service-log.ts';

export interface ServiceFunctionProps {
  readonly config: StageConfig;
  /** Folder with `index.mjs`. */
  readonly code: string;
  /** Encrypts the log. */
  readonly logKey: IKey;
  readonly layers?: ILayerVersion[];
  /** The right to trace: X-Ray has no resources to name, so that it is written once. */
  readonly tracing: IManagedPolicy;
  readonly memoryMb: number;
  /** @default 15 seconds */
  readonly timeout?: Duration;
  readonly environment?: Record<string, string>;
}

/** A function of ours: its log, its trace, and the alias `live` that callers use. */
export class ServiceFunction extends Construct {
  readonly function: LambdaFunction;
  /** Takes the rights: the function itself does not. */
  readonly role: Role;
  readonly live: Alias;
  /** {@link live} without the permissions that hang on it: what others may wait for. */
  readonly liveResource: CfnAlias;
  /** {@link live}, as whoever calls it wants it: CDK's own types do not fit each other strictly. */
  readonly target: IFunction;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    const { config, code, logKey, layers = [], tracing, memoryMb, timeout, environment = {} } = props;
    const { group: logGroup } = new ServiceLog(this, 'Log', { config, key: logKey });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      managedPolicies: [tracing],
    });
    logGroup.grantWrite(this.role);
    this.function = new LambdaFunction(this, 'Function', {
      code: Code.fromAsset(code),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: architectureOf(config.architecture),
      memorySize: memoryMb,
      timeout: timeout ?? Duration.seconds(15),
      layers,
      logGroup,
      // CDK would add the right to trace to each role again.
      role: this.role.withoutPolicyUpdates(),
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      environment: { NODE_OPTIONS: '--enable-source-maps', ...environment },
    });
    this.live = new Alias(this, 'Live', {
      aliasName: 'live',
      version: this.function.currentVersion as IVersion,
    });
    this.liveResource = this.live.node.defaultChild as CfnAlias;
    this.target = this.live as IFunction;
    acknowledge(this, {
      'HIPAA.Security::HIPAA.Security-LambdaConcurrency':
        'The usage plan limits each hospital; a reserve would take from the other functions.',
      'HIPAA.Security::HIPAA.Security-LambdaDLQ':
        'A failure is the waiting caller’s to see, or goes to the failure destination of the event.',
      'HIPAA.Security::HIPAA.Security-LambdaInsideVPC':
        'Talks to AWS’s own endpoints alone, over TLS; there is nothing in a network to reach.',
    });
  }
}
