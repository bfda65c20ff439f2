import { Annotations, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { IRestApi } from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import type { ChosenModel } from '../champion.ts';
import type { StageConfig } from '../config.ts';
import { ChampionRecord } from '../constructs/champion-record.ts';
import { CustomDomain } from '../constructs/custom-domain.ts';
import { Firewall } from '../constructs/firewall.ts';
import { Handlers } from '../constructs/handlers.ts';
import { HttpApi } from '../constructs/rest-api.ts';
import { Rollout } from '../constructs/rollout.ts';
import { ServiceLog } from '../constructs/service-log.ts';
import { WarmSchedule } from '../constructs/warm-schedule.ts';
import type { DataStack } from './data-stack.ts';
import type { IdentityStack } from './identity-stack.ts';

export interface ApiStackProps extends StackProps {
  readonly config: StageConfig;
  readonly data: DataStack;
  readonly model: ChosenModel;
  readonly identity: IdentityStack;
}

/** What hospitals call. */
export class ApiStack extends Stack {
  readonly handlers: Handlers;
  readonly http: HttpApi;
  readonly rollout: Rollout;

  constructor(scope: Construct, id: string, { config, data, identity, model, ...props }: ApiStackProps) {
    super(scope, id, props);
    this.handlers = new Handlers(this, 'Handlers', {
      config,
      data,
      model,
      issuers: JSON.stringify([identity.identity.issuer, ...config.issuers]),
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
    const { handlers } = this;
    const logKey = data.keys.of.operations;
    this.rollout = new Rollout(this, 'Rollout', { config, handlers, logKey });
    if (config.warm !== undefined)
      new WarmSchedule(this, 'Warm', { config, warm: config.warm, handlers, rollout: this.rollout, logKey });
    new ChampionRecord(this, 'Champion', { config, model, handlers });
    Annotations.of(this).addInfoV2('centinela:model', `Model ${model.version}: ${model.because}.`);
    const { domain } = config.api;
    if (domain !== undefined) new CustomDomain(this, 'Domain', { domain, api: this.http.api as IRestApi });
    new CfnOutput(this, 'Address', {
      value: domain === undefined ? this.http.api.url : `https://${domain.name}/`,
    });
    new CfnOutput(this, 'UsagePlanId', { value: this.http.plan.usagePlanId });
  }
}
