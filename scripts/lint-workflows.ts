/**
 * `npm run lint:workflows`: zizmor and, where there is Go, actionlint over `.github/workflows`. Both are fetched at the
 * versions below into `build/`, from PyPI and Go's module proxy; no other host is asked.
 */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findPython } from './python.ts';

const ROOT = resolve(import.meta.dirname, '..');
const ZIZMOR = '1.32.0';
const ACTIONLINT = '1.7.12';
const TOOLS = join(ROOT, 'build/workflow-linters');
/** Milliseconds for a single command, downloads included. */
const PATIENCE = 180_000;

/** @throws Error where the command fails, or does not come to an end. */
function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  const { status, error } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: 'inherit',
    timeout: PATIENCE,
    env: { ...process.env, ...env },
  });
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `exit code ${status}`}`);
}

function zizmor(): void {
  const folder = join(TOOLS, `zizmor-${ZIZMOR}`);
  const program = join(folder, 'bin/zizmor');
  if (!existsSync(program)) {
    const python = findPython();
    if (python === undefined) throw new Error('zizmor needs Python 3.11 or newer with venv');
    run(python, ['-m', 'venv', folder]);
    run(join(folder, 'bin/python'), ['-m', 'pip', 'install', '--quiet', `zizmor==${ZIZMOR}`]);
  }
  run(program, ['--offline', '--no-progress', '.github/workflows']);
}

function actionlint(): void {
  if (spawnSync('go', ['version']).status !== 0) {
    console.log('actionlint: left out, for there is no Go on the PATH');
    return;
  }
  const folder = join(TOOLS, `actionlint-${ACTIONLINT}`);
  const program = join(folder, 'actionlint');
  if (!existsSync(program))
    run('go', ['install', `github.com/rhysd/actionlint/cmd/actionlint@v${ACTIONLINT}`], { GOBIN: folder });
  run(program, []);
}

try {
  zizmor();
  actionlint();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
