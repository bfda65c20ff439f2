import { Stack, type StackProps } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import type { Watch } from '../constructs/operations/alarm.ts';
import { AlarmTopics } from '../constructs/operations/alarm-topics.ts';
import { ClinicalDashboard } from '../constructs/operations/clinical-dashboard.ts';
import { DeployRole } from '../constructs/operations/deploy-role.ts';
import { DispatchGate } from '../constructs/operations/dispatch-gate.ts';
import { GitHubDispatch } from '../constructs/operations/github-dispatch.ts';
import { ModelDashboard } from '../constructs/operations/model-dashboard.ts';
import { OperationsDashboard } from '../constructs/operations/operations-dashboard.ts';
import { SecurityAlarms } from '../constructs/operations/security-alarms.ts';
import { ServiceAlarms } from '../constructs/operations/service-alarms.ts';
import { SloAlarms } from '../constructs/operations/slo-alarms.ts';
import { Spending } from '../constructs/operations/spending.ts';
import type { ApiStack } from './api-stack.ts';
import type { DataStack } from './data-stack.ts';

export interface OperationsStackProps extends StackProps {
  readonly config: StageConfig;
  readonly data: DataStack;
  readonly api: ApiStack;
}

/** What watches the rest, and whom it calls. */
export class OperationsStack extends Stack {
  /** Where the stage has a repository. */
  readonly deploy: DeployRole | undefined;

  constructor(scope: Construct, id: string, { config, data, api, ...props }: OperationsStackProps) {
    super(scope, id, props);
    const { handlers, http } = api;
    const { github, operations } = config;
    const topics = new AlarmTopics(this, 'Topics', config, data.keys.of.operations);
    const watch: Watch = { config, topics };
    const alarms = new ServiceAlarms(this, 'Alarms', watch, http.api.deploymentStage);
    new SloAlarms(this, 'Slo', watch, http.api.deploymentStage);
    new OperationsDashboard(this, 'Operations', { config, api: http.api.deploymentStage, handlers });
    new ModelDashboard(this, 'Model', config);
    new ClinicalDashboard(this, 'Clinical', config);
    new Spending(this, 'Spending', watch);
    if (operations.trailLogGroup !== undefined)
      new SecurityAlarms(this, 'Security', watch, operations.trailLogGroup);
    this.deploy = github && new DeployRole(this, 'Deploy', config, github);
    if (github !== undefined) {
      const gate = new DispatchGate(this, 'Gate', { ...watch, data, handlers, alarms: [alarms.drift] });
      new GitHubDispatch(this, 'GitHub', { ...watch, github, bus: gate.bus as IEventBus });
    }
  }
}
