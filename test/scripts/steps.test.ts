import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findPython } from '../../scripts/python.ts';
import { runSteps } from '../../scripts/steps.ts';

let printed: string[];
beforeEach(() => {
  printed = [];
  const print = (...words: unknown[]) => void printed.push(words.join(' '));
  vi.spyOn(console, 'log').mockImplementation(print);
  vi.spyOn(console, 'error').mockImplementation(print);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const missing = () => {
  throw new Error('no report');
};

describe('runSteps', () => {
  it('sums the tests of steps that pass', () => {
    const total = runSteps([
      { title: 'lint', run: () => 0 },
      { title: 'a', run: () => 0, counts: () => ({ passed: 3, failed: 0 }) },
      { title: 'b', run: () => 0, counts: () => ({ passed: 4, failed: 0 }) },
    ]);

    expect(total).toEqual({ passed: 7, failed: 0 });
    expect(printed).toEqual(['\n== lint', '\n== a', '\n== b', '\n7 passed, 0 failed']);
  });

  it.each([
    ['without tests fails', { run: () => 1 }, 1],
    ['fails after tests that passed', { run: () => 1, counts: () => ({ passed: 0, failed: 0 }) }, 1],
    ['has failed tests', { run: () => 1, counts: () => ({ passed: 0, failed: 2 }) }, 2],
    ['has failed tests but exits with 0', { run: () => 0, counts: () => ({ passed: 0, failed: 2 }) }, 2],
    ['leaves no report', { run: () => 0, counts: missing }, 1],
    ['dies and leaves no report', { run: () => 137, counts: missing }, 1],
    ['throws', { run: missing }, 1],
  ])('goes on where a step %s, and counts it', (_, step, failed) => {
    const total = runSteps([
      { title: 'bad', ...step },
      { title: 'good', run: () => 0, counts: () => ({ passed: 5, failed: 0 }) },
    ]);

    expect(total).toEqual({ passed: 5, failed });
    expect(printed).toContain('== bad: failed');
    expect(printed).not.toContain('== good: failed');
    expect(printed.at(-1)).toBe(`\n5 passed, ${failed} failed`);
  });
});

describe('findPython', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'centinela-'));
    vi.stubEnv('PATH', folder);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A Python of that version; without `modules` it cannot import what makes an environment. */
  function install(name: string, version: string, modules = true): void {
    const file = join(folder, name);
    const refuse = modules ? '' : 'case "$2" in *ensurepip*venv*) exit 1;; esac\n';
    writeFileSync(file, `#!/bin/sh\n${refuse}echo ${version}\n`);
    chmodSync(file, 0o755);
  }

  it('takes the first that is new enough', () => {
    install('python3', '3 10');
    install('python3.12', '3 12');
    install('python3.11', '3 11');
    expect(findPython()).toBe('python3.12');
  });

  it('passes over one that cannot make an environment', () => {
    install('python3', '3 13', false);
    install('python3.11', '3 11');
    expect(findPython()).toBe('python3.11');
  });

  it('finds none where there is none, and does not end the process', () => {
    install('python3', '3 13', false);
    expect(findPython()).toBeUndefined();
  });
});
