import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/** Runs Node to its end. */
function node(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; err: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, env: { ...process.env, ...env } });
    let err = '';
    child.stderr.on('data', (text) => {
      err += text;
    });
    child.on('close', (code) => done({ code, err }));
  });
}

describe('local/main', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'centinela-main-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(['eighty', '65536', '80.5', '0x50'])('refuses PORT=%s in one line', async (PORT) => {
    const { code, err } = await node(['local/main.ts'], { PORT, CENTINELA_DATA_DIR: folder });

    expect(code).toBe(1);
    expect(err.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^PORT vale «.*»: .*\/ PORT is ".*": .*65535$/),
    ]);
  });

  it('names a port that is busy in one line, and leaves the data folder alone', async () => {
    const other = createServer();
    await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
    const { port } = other.address() as AddressInfo;

    const { code, err } = await node(['local/main.ts'], { PORT: String(port), CENTINELA_DATA_DIR: folder });

    await new Promise((closed) => other.close(closed));
    expect(code).toBe(1);
    expect(err.trimEnd().split('\n')).toEqual([
      expect.stringMatching(
        new RegExp(`^El puerto ${port} está ocupado: .*PORT / Port ${port} is busy: .*PORT$`),
      ),
    ]);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('scripts/require-node', () => {
  it('stands before every command that Node runs, which still gets its arguments', async () => {
    const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    const commands = Object.values<string>(scripts).filter((command) => command.includes('.ts'));

    expect(commands.length).toBeGreaterThanOrEqual(15);
    for (const command of commands)
      expect(command).toMatch(
        /^node scripts\/require-node\.cjs && (?:node [\w/-]+\.ts(?: --full| [\w.]+)?|vitest run --config [\w/.-]+)$/,
      );
  });

  /** The script as a Node of that version would run it. */
  const under = (version: string) =>
    node([
      '-e',
      `Object.defineProperty(process, 'versions', { value: { node: '${version}' } }); require('./scripts/require-node.cjs');`,
    ]);

  it.each(['0.10.48', '18.20.0', '20.20.2', '22.17.9'])('refuses Node %s in one line', async (version) => {
    const { code, err } = await under(version);

    expect(code).toBe(1);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(err).toContain(version);
    expect(err).toContain('22.18');
  });

  it.each(['22.18.0', '22.20.1', '23.0.0', '24.21.0'])('lets Node %s pass', async (version) => {
    expect(await under(version)).toEqual({ code: 0, err: '' });
  });
});
