import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tar } from '../../lib/tar.ts';
import { processing } from '../../pipeline/steps/job.ts';
import { SETTINGS } from './settings.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'centinela-job-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Starts a job's container as SageMaker does, with a Python that writes down how it was called. */
function start(pipExit: number) {
  const bin = join(folder, 'bin');
  const calls = join(folder, 'calls');
  const code = join(folder, 'code.tar.gz');
  mkdirSync(bin);
  const python = `#!/bin/sh\necho "$@" >> ${calls}\ntest -f requirements.txt || exit 9\ntest "$2" = pip && exit ${pipExit}\nexit 0\n`;
  writeFileSync(join(bin, 'python3'), python);
  chmodSync(join(bin, 'python3'), 0o755);
  writeFileSync(code, gzipSync(tar([{ path: 'requirements.txt', content: Buffer.from('numpy\n') }])));
  const job = { name: 'prepare', module: 'some.module', inputs: {}, outputs: {}, maxHours: 1 };
  const { ContainerEntrypoint, ContainerArguments } = processing(SETTINGS, job).Arguments.AppSpecification;
  const [command = '', ...args] = [
    ...ContainerEntrypoint,
    ...(ContainerArguments as string[]),
    '--seed',
    '7',
  ];
  const { status } = spawnSync(command, args, {
    env: { PATH: `${bin}:${process.env.PATH}`, TMPDIR: folder, CENTINELA_SOURCE: code },
  });
  return { status, calls: readFileSync(calls, 'utf8').trim().split('\n') };
}

describe('a processing job', () => {
  it('installs the packages of the code, then runs the module with its arguments', () => {
    const { status, calls } = start(0);

    expect(status).toBe(0);
    expect(calls).toEqual(['-m pip install --quiet -r requirements.txt', '-m some.module --seed 7']);
  });

  it('fails where a package is missing, and runs nothing', () => {
    const { status, calls } = start(1);

    expect(status).toBe(1);
    expect(calls).toEqual(['-m pip install --quiet -r requirements.txt']);
  });
});
