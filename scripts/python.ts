/** The Python of the training: finds one, makes `.venv` with the locked packages, runs commands in it. */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { withFolder } from './folder.ts';

const ROOT = resolve(import.meta.dirname, '..');
const LOCK = join(ROOT, 'training', 'requirements.txt');
const VENV = join(ROOT, '.venv');
const STAMP = join(VENV, 'requirements.sha256');
const PYTHON = join(VENV, 'bin', 'python');
const OLDEST = [3, 11] as const;

/** Runs `python ARGS` in the training's environment, made first where it is missing or out of date; its exit code. */
export function runPython(args: readonly string[]): number {
  const made = ensureEnvironment();
  if (made !== 0) return made;
  return run(PYTHON, args, { PYTHONPATH: join(ROOT, 'training'), PYTHONDONTWRITEBYTECODE: '1' });
}

/**
 * The lines that a module of the training writes to its `--out`.
 *
 * @param args of the module; what they name may be written into the folder.
 * @throws Error of this failure where the module ends with one: it says itself why.
 */
export function linesFromPython(
  module: string,
  args: (folder: string) => readonly string[],
  failure: string,
): string[] {
  return withFolder((folder) => {
    const out = join(folder, 'out.jsonl');
    if (runPython(['-m', `centinela_training.${module}`, ...args(folder), '--out', out]) !== 0)
      throw new Error(`${failure}: see above`);
    return readFileSync(out, 'utf8').trimEnd().split('\n');
  });
}

/** Its exit code: 0 where the environment is as the lock wants it. */
function ensureEnvironment(): number {
  const wanted = createHash('sha256').update(readFileSync(LOCK)).digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return 0;
  const python = findPython();
  if (python === undefined) {
    console.error(
      `Training and its tests need Python ${OLDEST.join('.')} or newer with venv and ensurepip on the PATH (on Debian and Ubuntu: python3 and python3-venv); none was found.`,
    );
    return 1;
  }
  console.error(`Preparing the Python environment in .venv (${python}; about 500 MB, once) ...`);
  rmSync(VENV, { recursive: true, force: true });
  const made =
    run(python, ['-m', 'venv', VENV]) ||
    run(PYTHON, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', LOCK]);
  if (made === 0) writeFileSync(STAMP, wanted);
  return made;
}

/** The first Python of the PATH that is new enough and can make an environment; undefined where there is none. */
export function findPython(): string | undefined {
  for (const name of ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python']) {
    const found = spawnSync(name, ['-c', 'import ensurepip, sys, venv; print(*sys.version_info[:2])'], {
      encoding: 'utf8',
    });
    const [major = 0, minor = 0] = (found.stdout ?? '').trim().split(' ').map(Number);
    if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return name;
  }
  return undefined;
}

function run(command: string, args: readonly string[], env: Record<string, string> = {}): number {
  const { status, error } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (error) console.error(`${command}: ${error.message}`);
  return status ?? 1;
}
