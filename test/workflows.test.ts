/** Holds the house's rules for `.github/workflows`; what linters know is theirs to say (`npm run lint:workflows`). */
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ACTIONS } from './fixtures/actions.ts';

type Permissions = Readonly<Record<string, string>>;

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly uses?: string;
  readonly 'timeout-minutes'?: number;
  readonly environment?: unknown;
  readonly permissions?: Permissions;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Permissions;
  readonly concurrency?: { readonly group?: string; readonly 'cancel-in-progress'?: boolean };
  readonly jobs: Readonly<Record<string, Job>>;
}

/** What a job may have more than reading the code. */
const EXTRA = ['id-token: write', 'security-events: write'];
/** Events of a stranger's pull request that run with our secrets. */
const DANGEROUS = ['pull_request_target', 'workflow_run'];
const USES = /^\s*-?\s*uses: *(\S+)(?: *# *(\S+))?\s*$/gm;

const scripts = Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).scripts);

/** What of a workflow breaks a rule, in words. */
function faults(text: string): string[] {
  const workflow = parse(text) as Workflow;
  return [
    ...pinFaults(text),
    ...(same(workflow.permissions, {}) || same(workflow.permissions, { contents: 'read' })
      ? []
      : ['top: permissions beyond reading the code']),
    ...(workflow.concurrency?.group === undefined ? ['top: no concurrency'] : []),
    ...DANGEROUS.filter((event) => event in workflow.on).map((event) => `on: ${event}`),
    ...Object.entries(workflow.jobs).flatMap(([name, job]) => jobFaults(name, job)),
  ];
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function pinFaults(text: string): string[] {
  return [...text.matchAll(USES)].flatMap(([, uses = '', comment]) => {
    if (uses.startsWith('./')) return [];
    const [action = '', commit] = uses.split('@');
    const known = ACTIONS[action];
    if (known === undefined) return [`${action}: not in the table`];
    return commit === known.commit && comment === known.version
      ? []
      : [`${action}: not the commit of the table`];
  });
}

function jobFaults(name: string, job: Job): string[] {
  const extra = Object.entries(job.permissions ?? {})
    .map(([scope, access]) => `${scope}: ${access}`)
    .filter((permission) => permission !== 'contents: read');
  const called = job.uses !== undefined;
  return [
    ...extra
      .filter((permission) => !EXTRA.includes(permission))
      .map((permission) => `${name}: ${permission}`),
    // A token of nobody's environment would be trusted by no role.
    ...(extra.includes('id-token: write') && !called && job.environment === undefined
      ? [`${name}: id-token without an environment`]
      : []),
    ...(called || (job['timeout-minutes'] ?? 0) > 0 ? [] : [`${name}: no timeout`]),
    ...(job.steps ?? []).flatMap((step) => stepFaults(name, step)),
  ];
}

function stepFaults(job: string, { uses = '', run = '', with: given }: Step): string[] {
  const called = [...run.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, script = '']) => script);
  return [
    // Whatever stands there becomes code; env makes it data.
    ...(run.includes('${{') ? [`${job}: an expression in run`] : []),
    ...(uses.startsWith('actions/checkout@') && given?.['persist-credentials'] !== false
      ? [`${job}: checkout leaves its token behind`]
      : []),
    ...called.filter((script) => !scripts.includes(script)).map((script) => `${job}: no script ${script}`),
  ];
}

const files = globSync('.github/workflows/*.yml').sort();
const read = (name: string): Workflow => parse(readFileSync(`.github/workflows/${name}.yml`, 'utf8'));

describe('workflows', () => {
  it('are those that the house needs', () => {
    expect(files.map((file) => basename(file, '.yml')).sort()).toEqual([
      'ci',
      'deploy',
      'deploy-model',
      'deploy-stage',
      'nightly',
      'retrain',
      'security',
    ]);
  });

  it.each(files)('%s keeps the rules', (file) => {
    expect(faults(readFileSync(file, 'utf8'))).toEqual([]);
  });

  it('train once, however often the alarm rings', () => {
    const { on, concurrency } = read('retrain');

    expect(on).toEqual({ repository_dispatch: { types: ['retrain'] } });
    expect(concurrency).toEqual({ group: 'retrain', 'cancel-in-progress': false });
  });

  it('never deploy a model while a release is on its way, nor stop a deploy', () => {
    expect(read('deploy').concurrency).toEqual({ group: 'deploy', 'cancel-in-progress': false });
    expect(read('deploy-model').concurrency).toEqual(read('deploy').concurrency);
  });

  it('deploy to production what was tested and runs in staging', () => {
    const { jobs } = read('deploy') as unknown as {
      jobs: Record<string, { needs?: string; with?: { environment: string } }>;
    };

    expect(jobs.staging).toMatchObject({ needs: 'ci', with: { environment: 'staging' } });
    expect(jobs.production).toMatchObject({ needs: 'staging', with: { environment: 'production' } });
  });

  it('synthesise every stage that there is', () => {
    const { jobs } = read('ci') as unknown as {
      jobs: { synth: { strategy: { matrix: { stage: string[] } } } };
    };

    expect(jobs.synth.strategy.matrix.stage.toSorted()).toEqual(['dev', 'emulator', 'prod', 'staging']);
  });
});

describe('the check itself', () => {
  const fine = `
on:
  push:
permissions:
  contents: read
concurrency:
  group: x
jobs:
  one:
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - run: npm run lint
`;

  it('lets a good workflow pass', () => {
    expect(faults(fine)).toEqual([]);
  });

  it.each([
    ['  push:', '  pull_request_target:', 'on: pull_request_target'],
    ['contents: read', 'contents: write', 'top: permissions beyond reading the code'],
    ['permissions:\n  contents: read\n', '', 'top: permissions beyond reading the code'],
    ['  group: x', '  cancel-in-progress: true', 'top: no concurrency'],
    ['    timeout-minutes: 5\n', '', 'one: no timeout'],
    [
      '@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1',
      '@v7',
      'actions/checkout: not the commit of the table',
    ],
    ['# v7.0.1', '# v7.0.0', 'actions/checkout: not the commit of the table'],
    ['# v7.0.1', '', 'actions/checkout: not the commit of the table'],
    ['actions/checkout', 'someone/checkout', 'someone/checkout: not in the table'],
    ['persist-credentials: false', 'fetch-depth: 0', 'one: checkout leaves its token behind'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's own
    ['run: npm run lint', 'run: echo ${{ github.event.issue.title }}', 'one: an expression in run'],
    ['run: npm run lint', 'run: npm run no-such', 'one: no script no-such'],
    ['    steps:', '    permissions:\n      packages: write\n    steps:', 'one: packages: write'],
    [
      '    steps:',
      '    permissions:\n      id-token: write\n    steps:',
      'one: id-token without an environment',
    ],
  ])('catches %j as %j', (from, to, fault) => {
    const text = fine.replace(from, to);

    expect(text).not.toBe(fine);
    expect(faults(text)).toEqual([fault]);
  });
});
