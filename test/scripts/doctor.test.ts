import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { stageConfig } from '../../lib/stages.ts';
import { examine, type World } from '../../scripts/doctor/checks.ts';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-11-21T12:00:00Z');

/** A world in which all is well. */
const fine: World = {
  nodeVersion: '24.21.0',
  shellRegion: 'eu-west-1',
  now: NOW,
  identity: async () => ({ account: '123456789012', arn: 'arn:aws:iam::123456789012:user/ana' }),
  bootstrapVersion: async () => 33,
  concurrency: async () => ({ limit: 1_000, unreserved: 1_000 }),
  githubToken: async () => ({ state: 'ends', at: NOW + 90 * DAY_MS }),
};
const prod = stageConfig('prod');

/** Level and words of each finding that is not fine. */
async function complaints(change: Partial<World>, config = prod): Promise<string[]> {
  const findings = await examine(config, { ...fine, ...change });
  return findings.filter(({ level }) => level !== 'ok').map(({ level, what }) => `${level}: ${what.en}`);
}

describe('examine', () => {
  it('finds nothing where all is well', async () => {
    expect(await complaints({})).toEqual([]);
  });

  it.each<[Partial<World>, string]>([
    [{ nodeVersion: '22.18.0' }, 'fail: Node 22.18.0'],
    [{ shellRegion: 'us-east-1' }, 'warn: region: the stage lives in eu-west-1, AWS_REGION says us-east-1'],
    [
      {
        identity: async () => {
          throw Object.assign(new Error('no'), { name: 'CredentialsProviderError' });
        },
      },
      'fail: AWS: could not be checked (CredentialsProviderError: no)',
    ],
    [
      {
        concurrency: async () => {
          throw Object.assign(new Error('not yours'), { name: 'AccessDeniedException' });
        },
      },
      'warn: Lambda: could not be checked (AccessDeniedException: not yours)',
    ],
    [
      { bootstrapVersion: async (region) => (region === 'eu-west-3' ? undefined : 33) },
      'fail: CDK bootstrap in eu-west-3: missing',
    ],
    [
      { bootstrapVersion: async (region) => (region === 'eu-west-1' ? 5 : 33) },
      'fail: CDK bootstrap in eu-west-1: 5',
    ],
    [
      { concurrency: async () => ({ limit: 100, unreserved: 100 }) },
      'fail: Lambda in eu-west-1: 100 executions at once, 100 unreserved',
    ],
    [{ githubToken: async () => ({ state: 'not given' }) }, 'warn: GitHub token: not given'],
    [{ githubToken: async () => ({ state: 'refused' }) }, 'fail: GitHub token: refused (401)'],
    [
      { githubToken: async () => ({ state: 'ends', at: NOW + 3.5 * DAY_MS }) },
      'warn: GitHub token: good until 2026-11-25 (3 days)',
    ],
    [
      { githubToken: async () => ({ state: 'ends', at: NOW - DAY_MS / 2 }) },
      'fail: GitHub token: good until 2026-11-21 (-1 days)',
    ],
  ])('finds %#: %s', async (change, complaint) => {
    expect(await complaints(change)).toEqual([complaint]);
  });

  it('wants the account of the stage, where it names one', async () => {
    const elsewhere = { ...prod, account: '999999999999' };

    expect(await complaints({}, elsewhere)).toEqual([
      'fail: account: the stage lives in 999999999999, the credentials are of 123456789012',
    ]);
  });

  it('only warns of few executions where nothing is kept warm', async () => {
    const few = { concurrency: async () => ({ limit: 10, unreserved: 10 }) };

    expect(await complaints(few, stageConfig('staging'))).toEqual([
      'warn: Lambda in eu-west-1: 10 executions at once, 10 unreserved',
    ]);
  });

  it('says in both languages what to do about whatever it finds', async () => {
    const findings = await examine(prod, {
      ...fine,
      bootstrapVersion: async () => undefined,
      githubToken: async () => ({ state: 'refused' }),
    });

    const advised = findings.filter(({ level }) => level !== 'ok');
    expect(advised).toHaveLength(3);
    for (const { what, advice } of advised)
      for (const text of [what, advice])
        expect([text?.es, text?.en]).toEqual([expect.any(String), expect.any(String)]);
    expect(advised[0]?.advice?.en).toBe('Run: npx cdk bootstrap aws://123456789012/eu-west-1');
  });
});

/** AWS and GitHub as far as the doctor asks them. */
function createSink(bootstrap: string | undefined, tokenEnds: string): Server {
  return createServer((request, response) => {
    const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
      response
        .writeHead(status, { 'Content-Type': 'application/json', ...headers })
        .end(JSON.stringify(body));
    const target = request.headers['x-amz-target'];
    if (request.url === '/github') {
      const known = request.headers.authorization === 'Bearer good';
      json(known ? 200 : 401, {}, { 'GitHub-Authentication-Token-Expiration': tokenEnds });
    } else if (request.url?.startsWith('/2016-08-19/account-settings')) {
      json(200, { AccountLimit: { ConcurrentExecutions: 1_000, UnreservedConcurrentExecutions: 1_000 } });
    } else if (target === 'AmazonSSM.GetParameter') {
      if (bootstrap === undefined) json(400, { __type: 'ParameterNotFound', message: '' });
      else json(200, { Parameter: { Name: 'version', Value: bootstrap } });
    } else {
      response.writeHead(200, { 'Content-Type': 'text/xml' }).end(
        `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
         <Arn>arn:aws:iam::123456789012:user/ana</Arn><UserId>A</UserId><Account>123456789012</Account>
         </GetCallerIdentityResult></GetCallerIdentityResponse>`,
      );
    }
  });
}

describe('npm run doctor', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function doctor(sink: Server, args: readonly string[], env: Record<string, string> = {}) {
    servers.push(sink);
    await new Promise<void>((done) => sink.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;
    const child = spawn(process.execPath, [resolve('scripts/doctor.ts'), ...args], {
      env: {
        PATH: process.env.PATH,
        AWS_ENDPOINT_URL: url,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_REGION: 'eu-west-1',
        GITHUB_API_URL: `${url}/github`,
        GITHUB_TOKEN: 'good',
        ...env,
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += part));
    const code = await new Promise((done) => child.once('close', done));
    return { code, output };
  }

  const inDays = (days: number) =>
    new Date(Date.now() + days * DAY_MS).toISOString().replace('T', ' ').replace(/\..*/, ' UTC');

  it('ends well where everything stands', async () => {
    const { code, output } = await doctor(createSink('33', inDays(60)), [
      '--stage',
      'staging',
      '--lang',
      'en',
    ]);

    expect(output.split('\n').filter(Boolean)).toEqual([
      'ok    the configuration of staging is valid',
      expect.stringMatching(/^ok {4}Node 24\./),
      'ok    region eu-west-1',
      'ok    credentials of arn:aws:iam::123456789012:user/ana',
      'ok    CDK bootstrap in eu-west-1: 33',
      'ok    Lambda in eu-west-1: 1000 executions at once, 1000 unreserved',
      expect.stringMatching(/^ok {4}GitHub token: good until .* \(59 days\)$/),
    ]);
    expect(code).toBe(0);
  });

  it('fails where there is no bootstrap and the token is refused, and says what to do', async () => {
    const { code, output } = await doctor(createSink(undefined, inDays(60)), ['--stage', 'staging'], {
      GITHUB_TOKEN: 'stolen',
    });

    expect(output).toContain('fallo bootstrap de CDK en eu-west-1: falta');
    expect(output).toContain('Ejecute: npx cdk bootstrap aws://123456789012/eu-west-1');
    expect(output).toContain('fallo token de GitHub: rechazado (401)');
    expect(output).not.toContain('stolen');
    expect(code).toBe(1);
  });

  it('refuses a stage that it does not know', async () => {
    const { code, output } = await doctor(createSink('33', ''), ['--stage', 'production']);

    expect(output).toMatch(/^stage: given "production"/);
    expect(code).toBe(1);
  });
});
