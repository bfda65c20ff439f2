/** What a rollout asks of AWS: the new version called, CodeDeploy told, the alias kept warm. */

import {
  CodeDeployClient,
  PutLifecycleEventHookExecutionStatusCommand,
  paginateListDeployments,
} from '@aws-sdk/client-codedeploy';
import { InvokeCommand, LambdaClient, PutProvisionedConcurrencyConfigCommand } from '@aws-sdk/client-lambda';

/** How CodeDeploy calls the function that a rollout waits for. */
export interface HookEvent {
  readonly DeploymentId: string;
  readonly LifecycleEventHookExecutionId: string;
}

export type HookStatus = 'Succeeded' | 'Failed';

/** Milliseconds that one call may take, connection included; a function of ours ends after fifteen seconds. */
const CALL_MS = 20_000;

/**
 * Calls a function and waits for what it returns.
 *
 * @param functionArn with its version.
 * @throws Error where the function threw or timed out; its text is not passed on.
 */
export function createInvoker(
  functionArn: string,
  client = new LambdaClient({ maxAttempts: 2, requestHandler: { requestTimeout: CALL_MS } }),
): (event: unknown) => Promise<unknown> {
  return async (event) => {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName: functionArn, Payload: JSON.stringify(event) }),
    );
    if (FunctionError !== undefined) throw new Error(`The function failed: ${FunctionError}`);
    return JSON.parse(Payload?.transformToString() ?? 'null');
  };
}

/** Tells CodeDeploy whether traffic may be shifted. */
export function createHookReporter(
  client = new CodeDeployClient({}),
): (hook: HookEvent, status: HookStatus) => Promise<void> {
  return async ({ DeploymentId, LifecycleEventHookExecutionId }, status) => {
    await client.send(
      new PutLifecycleEventHookExecutionStatusCommand({
        deploymentId: DeploymentId,
        lifecycleEventHookExecutionId: LifecycleEventHookExecutionId,
        status,
      }),
    );
  };
}

/** Whether a deployment of the group has not ended yet. */
export function createRolloutWatch(
  applicationName: string,
  deploymentGroupName: string,
  client = new CodeDeployClient({}),
): () => Promise<boolean> {
  return async () => {
    const pages = paginateListDeployments(
      { client },
      {
        applicationName,
        deploymentGroupName,
        includeOnlyStatuses: ['Created', 'Queued', 'InProgress', 'Baking', 'Ready'],
      },
    );
    for await (const { deployments = [] } of pages) if (deployments.length > 0) return true;
    return false;
  };
}

/** Sets how many instances of an alias are kept warm. */
export function createWarmer(
  FunctionName: string,
  Qualifier: string,
  client = new LambdaClient({}),
): (instances: number) => Promise<void> {
  return async (ProvisionedConcurrentExecutions) => {
    await client.send(
      new PutProvisionedConcurrencyConfigCommand({
        FunctionName,
        Qualifier,
        ProvisionedConcurrentExecutions,
      }),
    );
  };
}
