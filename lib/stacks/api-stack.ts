import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import { Firewall } from '../constructs/firewall.ts';
import { Handlers } from '../constructs/handlers.ts';
import { HttpApi } from '../constructs/rest-api.ts';
import { ServiceLog } from '../constructs/service-log.ts';
import type { DataStack } from './data-stack.ts';

export interface ApiStackProps extends StackProps {
  readonly config: StageConfig;
  readonly data: DataStack;
}

/** What hospitals call. */
export class ApiStack extends Stack {
  readonly handlers: Handlers;
  readonly http: HttpApi;

  constructor(scope: Construct, id: string, { config, data, ...props }: ApiStackProps) {
    super(scope, id, props);
    this.handlers = new Handlers(this, 'Handlers', {
      config,
      data,
      issuers: JSON.stringify(config.issuers),
    });
    this.http = new HttpApi(this, 'Http', {
      config,
      handlers: this.handlers,
      accessLog: new ServiceLog(this, 'AccessLog', { config, key: data.keys.of.operations }).group,
    });
    new Firewall(this, 'Firewall', {
      config,
      stageArn: this.http.api.deploymentStage.stageArn,
      logKey: data.keys.of.operations,
    });
  }
}
