import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AwsServer, startAws } from '../../fixtures/aws-server.ts';

const COMMAND_MS = 30_000;

let aws: AwsServer;
beforeAll(async () => {
  aws = await startAws();
  aws.stacks.set('Centinela-dev-Identity', { UserPoolId: 'pool', TokenEndpoint: 'https://id.example.org' });
  aws.stacks.set('Centinela-dev-Api', { Address: 'https://api.example.org/', UsagePlanId: 'plan' });
});
afterAll(() => aws.close());

interface Outcome {
  readonly failed: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as a person would, against AWS's protocols on loopback. */
function hospital(...args: string[]): Promise<Outcome> {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
  };
  return new Promise((resolve) => {
    execFile(process.execPath, ['scripts/hospital.ts', ...args], { env }, (error, stdout, stderr) =>
      resolve({ failed: error !== null, stdout, stderr }),
    );
  });
}

describe('npm run hospital', () => {
  it(
    'adds, says that it was there, lists, removes',
    async () => {
      const first = await hospital('add', 'norte', '--stage', 'dev');
      const second = await hospital('add', 'norte', '--stage', 'dev');
      const listed = await hospital('list', '--stage', 'dev');
      const removed = await hospital('remove', 'norte', '--stage', 'dev');

      expect(first).toMatchObject({ failed: false, stderr: expect.stringContaining('App client made') });
      expect(first.stdout).toMatch(/Secreto .*: secret\d+/);
      expect(second.stdout).not.toMatch(/secret\d/);
      expect(second.stderr).toContain('norte was there already; nothing was made.');
      expect(listed.stdout).toMatch(/^norte\tclient\d+\tenabled\n$/);
      expect(removed.stderr).toContain('Its data were kept.');
    },
    COMMAND_MS,
  );

  it.each([
    ['no command', ['--stage', 'dev'], 'Usage: npm run hospital'],
    ['an unknown one', ['change', 'norte', '--stage', 'dev'], 'Usage: npm run hospital'],
    ['a name of two words', ['add', 'norte', 'grande', '--stage', 'dev'], 'Usage: npm run hospital'],
    ['no stage', ['add', 'norte'], 'stage: given undefined'],
    ['no name', ['add', '--stage', 'dev'], 'NAME: given ""'],
    ['a stage that is not deployed', ['list', '--stage', 'staging'], 'The stage is not deployed'],
  ])(
    'says what is wrong with %s',
    async (_name, args, message) => {
      const outcome = await hospital(...args);

      expect(outcome).toMatchObject({ failed: true, stdout: '', stderr: expect.stringContaining(message) });
    },
    COMMAND_MS,
  );
});
