/** The outside world as the checks see it: AWS, GitHub, this process. */

import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { GithubToken, World } from './checks.ts';

/** Milliseconds that one question may take. */
const PATIENCE_MS = 10_000;
/** CDK's default qualifier. */
const BOOTSTRAP_PARAMETER = '/cdk-bootstrap/hnb659fds/version';

/** @param region whom to ask for the credentials' identity. */
export function createWorld(region: string, env: NodeJS.ProcessEnv): World {
  const client = (where: string) => ({
    region: where,
    maxAttempts: 2,
    requestHandler: { requestTimeout: PATIENCE_MS, connectionTimeout: PATIENCE_MS },
  });
  const identity = once(async () => {
    const { Account = '', Arn = '' } = await new STSClient(client(region)).send(
      new GetCallerIdentityCommand({}),
    );
    return { account: Account, arn: Arn };
  });
  return {
    nodeVersion: process.versions.node,
    shellRegion: env.AWS_REGION ?? env.AWS_DEFAULT_REGION,
    now: Date.now(),
    identity,
    bootstrapVersion: async (where) => {
      const command = new GetParameterCommand({ Name: BOOTSTRAP_PARAMETER });
      const answer = await new SSMClient(client(where)).send(command).catch((error: unknown) => {
        if (error instanceof ParameterNotFound) return undefined;
        throw error;
      });
      return answer && Number(answer.Parameter?.Value);
    },
    concurrency: async (where) => {
      const { AccountLimit } = await new LambdaClient(client(where)).send(new GetAccountSettingsCommand({}));
      const { ConcurrentExecutions, UnreservedConcurrentExecutions } = AccountLimit ?? {};
      if (ConcurrentExecutions === undefined || UnreservedConcurrentExecutions === undefined)
        throw new Error('Lambda told no limits');
      return { limit: ConcurrentExecutions, unreserved: UnreservedConcurrentExecutions };
    },
    githubToken: () => askGithub(env.GITHUB_TOKEN, env.GITHUB_API_URL ?? 'https://api.github.com'),
  };
}

/** Any answer to a token that ends says when. */
async function askGithub(token: string | undefined, url: string): Promise<GithubToken> {
  if (token === undefined || token === '') return { state: 'not given' };
  const answer = await fetch(url, {
    headers: { Authorization: `Bearer ${token}`, 'User-Agent': 'centinela-doctor' },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  await answer.body?.cancel();
  if (answer.status === 401) return { state: 'refused' };
  if (!answer.ok) throw new Error(`GitHub answered ${answer.status}`);
  const end = answer.headers.get('GitHub-Authentication-Token-Expiration');
  if (end === null) return { state: 'without end' };
  // Such as "2026-12-24 10:00:00 UTC", or with +0200.
  const at = Date.parse(end);
  if (Number.isNaN(at)) throw new Error(`GitHub's date cannot be read: ${end}`);
  return { state: 'ends', at };
}

/** One question, however many want its answer. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}
