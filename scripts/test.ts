/**
 * `npm test`: formatter-linters, types, TypeScript tests, Python tests; last the line `N passed, N failed`.
 * With `--full` the slow tests too (`npm run test:full`).
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { runPython } from './python.ts';

const VITEST_REPORT = 'build/vitest.json';
const PYTEST_REPORT = 'build/pytest.xml';

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** Runs a step to its end; says whether it passed. */
function step(title: string, run: () => number): boolean {
  console.log(`\n== ${title}`);
  const status = run();
  if (status !== 0) console.log(`== ${title}: failed`);
  return status === 0;
}

function npx(...args: string[]): number {
  return spawnSync('npx', ['--no-install', ...args], { stdio: 'inherit' }).status ?? 1;
}

function vitestCounts(): Counts {
  const report = JSON.parse(readFileSync(VITEST_REPORT, 'utf8'));
  return { passed: report.numPassedTests, failed: report.numFailedTests };
}

function pytestCounts(): Counts {
  const suite = /<testsuite [^>]*>/.exec(readFileSync(PYTEST_REPORT, 'utf8'))?.[0] ?? '';
  const of = (name: string) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = of('failures') + of('errors');
  return { passed: of('tests') - failed - of('skipped'), failed };
}

const full = process.argv.includes('--full');
mkdirSync('build', { recursive: true });
for (const report of [VITEST_REPORT, PYTEST_REPORT]) rmSync(report, { force: true });

const passed = [
  step('biome', () => npx('biome', 'check', '.')),
  step('tsc', () => npx('tsc', '--noEmit')),
  step('vitest', () =>
    npx('vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${VITEST_REPORT}`),
  ),
  step('ruff', () => runPython(['-m', 'ruff', 'check', 'training'])),
  step('ruff format', () => runPython(['-m', 'ruff', 'format', '--check', 'training'])),
  step('pytest', () =>
    runPython([
      '-m',
      'pytest',
      'training',
      '-q',
      '-p',
      'no:cacheprovider',
      `--junitxml=${PYTEST_REPORT}`,
      ...(full ? [] : ['-m', 'not slow']),
    ]),
  ),
];

const counts = [vitestCounts(), pytestCounts()];
const sum = (key: keyof Counts) => counts.reduce((total, count) => total + count[key], 0);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = passed.every(Boolean) ? 0 : 1;
