/**
 * `npm test`: formatter-linters, types, TypeScript tests, Python tests; last the line `N passed, N failed`.
 * With `--full` the slow tests too (`npm run test:full`).
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { runPython } from './python.ts';
import { type Counts, runSteps } from './steps.ts';

const VITEST_REPORT = 'build/vitest.json';
const PYTEST_REPORT = 'build/pytest.xml';

function npx(...args: string[]): number {
  return spawnSync('npx', ['--no-install', ...args], { stdio: 'inherit' }).status ?? 1;
}

function vitestCounts(): Counts {
  const report = JSON.parse(readFileSync(VITEST_REPORT, 'utf8'));
  return { passed: report.numPassedTests, failed: report.numFailedTests };
}

function pytestCounts(): Counts {
  const suite = /<testsuite [^>]*>/.exec(readFileSync(PYTEST_REPORT, 'utf8'))?.[0];
  if (suite === undefined) throw new Error(`${PYTEST_REPORT} holds no suite`);
  const of = (name: string) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = of('failures') + of('errors');
  return { passed: of('tests') - failed - of('skipped'), failed };
}

const full = process.argv.includes('--full');
mkdirSync('build', { recursive: true });
for (const report of [VITEST_REPORT, PYTEST_REPORT]) rmSync(report, { force: true });

const { failed } = runSteps([
  { title: 'biome', run: () => npx('biome', 'check', '.') },
  { title: 'tsc', run: () => npx('tsc', '--noEmit') },
  // First, for some TypeScript tests run the training code: ruff makes its environment.
  { title: 'ruff', run: () => runPython(['-m', 'ruff', 'check', 'training']) },
  { title: 'ruff format', run: () => runPython(['-m', 'ruff', 'format', '--check', 'training']) },
  {
    title: 'vitest',
    run: () =>
      npx('vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${VITEST_REPORT}`),
    counts: vitestCounts,
  },
  {
    title: 'pytest',
    run: () =>
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
    counts: pytestCounts,
  },
]);
process.exitCode = failed === 0 ? 0 : 1;
