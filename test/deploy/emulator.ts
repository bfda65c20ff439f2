/** AWS on this machine: MiniStack on a free loopback port, its files in a folder that goes with it. */

import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { findPython } from '../../scripts/python.ts';
import { onceInstalled } from './once-installed.ts';
import { end, launch, run } from './processes.ts';

const REQUIREMENTS = resolve(import.meta.dirname, 'requirements.txt');
const INSTALL_MS = 180_000;
const START_MS = 60_000;
/** Characters of its log that are worth showing. */
const SHOWN = 4_000;

/** As the stage `emulator` has them. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

export interface Emulator {
  /** `http://127.0.0.1:{port}` */
  readonly endpoint: string;
  /** Of a process that is to take the emulator for AWS; of this process's own it has what it needs to run. */
  readonly env: Readonly<Record<string, string>>;
  /** The end of its log. */
  readonly log: () => string;
  stop(): Promise<void>;
}

/** Starts the emulator, installed first where it is missing. */
export async function startEmulator(): Promise<Emulator> {
  const venv = await install();
  const folder = mkdtempSync(join(tmpdir(), 'centinela-emulator-'));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const env = {
    ...ownEnvironment(folder),
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
  };
  const logFile = join(folder, 'emulator.log');
  const log = openSync(logFile, 'w');
  const server = launch(join(venv, 'bin/python'), ['-m', 'ministack.app'], {
    cwd: folder,
    env: {
      ...env,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      STATE_DIR: folder,
    },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const emulator: Emulator = {
    endpoint,
    env,
    log: () => readFileSync(logFile, 'utf8').slice(-SHOWN),
    stop: async () => {
      await end(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const deadline = Date.now() + START_MS;
  while (!(await isReady(endpoint))) {
    if (server.exitCode !== null || Date.now() > deadline) {
      const told = emulator.log();
      await emulator.stop();
      throw new Error(`the emulator did not start:\n${told}`);
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  return emulator;
}

/** In a Python environment of its own: its packages are nobody else's. */
function install(): Promise<string> {
  return onceInstalled('emulator', readFileSync(REQUIREMENTS, 'utf8'), async (folder) => {
    const python = findPython();
    if (python === undefined) throw new Error('the emulator needs Python 3.11 or newer with venv');
    await run(python, ['-m', 'venv', folder], { ms: INSTALL_MS });
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes'];
    await run(join(folder, 'bin/python'), [...pip, '-r', REQUIREMENTS], { ms: INSTALL_MS });
  });
}

/**
 * Nobody's credentials and settings: a test must never find the way to an account. Node 24 stands first, for the
 * emulator runs the functions with the first `node` that it finds.
 */
function ownEnvironment(folder: string): Record<string, string> {
  return {
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    HOME: folder,
    TMPDIR: folder,
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

async function isReady(endpoint: string): Promise<boolean> {
  const response = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
  return response?.ok ?? false;
}
