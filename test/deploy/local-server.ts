/** `npm start` on a free port and a data folder of its own. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { end, launch } from './processes.ts';

const MAIN = resolve(import.meta.dirname, '../../local/main.ts');
const START_MS = 60_000;

export interface LocalServer {
  readonly url: string;
  readonly pid: number;
  /** The token that it prints: every scope, valid for hours. */
  readonly token: string;
  stop(): Promise<void>;
}

export async function startLocalServer(): Promise<LocalServer> {
  const folder = mkdtempSync(join(tmpdir(), 'centinela-local-'));
  const server = launch(process.execPath, [MAIN], {
    env: { ...process.env, PORT: '0', CENTINELA_DATA_DIR: folder, POWERTOOLS_LOG_LEVEL: 'SILENT' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    await end(server);
    rmSync(folder, { recursive: true, force: true });
  };
  const { stdout, pid } = server;
  if (stdout === null || pid === undefined) throw new Error('the local server could not be started');
  let printed = '';
  const timer = setTimeout(() => end(server, 0), START_MS);
  for await (const text of stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    printed += text;
    if (printed.includes('Ctrl+C')) break;
  }
  clearTimeout(timer);
  stdout.resume();
  if (!printed.includes('Ctrl+C')) {
    await stop();
    throw new Error(`the local server did not start: ${printed}`);
  }
  return {
    url: /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0] ?? '',
    pid,
    token: /Bearer ([\w.-]+)/.exec(printed)?.[1] ?? '',
    stop,
  };
}
