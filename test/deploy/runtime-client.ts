/** The bundled functions as Lambda runs them: under AWS's own runtime client, their layers on NODE_PATH. */

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { DEFAULT_MODEL_DIR } from '../../lambdas/adapters/bundle.ts';
import { type Architecture, buildRuntimeLayer } from '../../layers/onnx-runtime/build.ts';
import { bundleHandlers } from '../../lib/bundle-handlers.ts';
import { MODEL_PACKAGE } from '../../lib/constructs/layers.ts';
import { onceInstalled } from './once-installed.ts';
import { end, launch, run } from './processes.ts';
import { startRuntimeApi } from './runtime-api.ts';

const PACKAGE = resolve(import.meta.dirname, 'runtime-client');
const INSTALL_MS = 420_000;

/** The runtime client's program, built first where it is missing: a minute, with cmake, g++, make, python3 and xz. */
export async function installRuntimeClient(): Promise<string> {
  const lock = readFileSync(join(PACKAGE, 'package-lock.json'), 'utf8');
  const folder = await onceInstalled('runtime-client', `${process.arch} ${lock}`, async (empty) => {
    cpSync(PACKAGE, empty, { recursive: true });
    const env = { ...process.env, npm_config_nodedir: nodeHeaders() };
    await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: empty, env, ms: INSTALL_MS });
  });
  return join(folder, 'node_modules/aws-lambda-ric/index.mjs');
}

/** Folder of the headers that come with the project's Node: node-gyp would download them. */
function nodeHeaders(): string {
  const node = createRequire(import.meta.url).resolve('node/package.json');
  return dirname(createRequire(node).resolve(`node-${process.platform}-${process.arch}/package.json`));
}

/** Functions and layers as they are deployed, in a folder of their own: nothing of the project's packages is found. */
export interface Unpacked {
  /** Of `index.mjs`. */
  readonly folderOf: (entry: string) => string;
  readonly nodePath: string;
  remove(): void;
}

/** @param source folder of the entries: the handlers' own where it is not given. */
export function unpack(entries: readonly string[], source?: string): Unpacked {
  const folder = mkdtempSync(join(tmpdir(), 'centinela-functions-'));
  const layer = join(folder, 'layer');
  buildRuntimeLayer(process.arch as Architecture, layer);
  const nodePath = join(layer, 'nodejs/node_modules');
  mkdirSync(nodePath, { recursive: true });
  symlinkSync(DEFAULT_MODEL_DIR, join(nodePath, MODEL_PACKAGE));
  return {
    folderOf: bundleHandlers(entries, join(folder, 'handlers'), source),
    nodePath,
    remove: () => rmSync(folder, { recursive: true }),
  };
}

export interface Started {
  /** Milliseconds from the process's start to its asking for an event. */
  readonly initMs: number;
  /** One event at a time. @throws Error with what the function failed with. */
  invoke(event: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts a function, and waits until it was loaded. @throws Error where it cannot be. */
export async function startFunction(
  client: string,
  { folderOf, nodePath }: Unpacked,
  entry: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Started> {
  const name = `centinela-${entry}`;
  const api = await startRuntimeApi(`arn:aws:lambda:us-east-1:000000000000:function:${name}:live`);
  const code = folderOf(entry);
  const start = performance.now();
  const child = launch(process.execPath, [client, 'index.handler'], {
    cwd: code,
    env: {
      PATH: process.env.PATH,
      AWS_LAMBDA_RUNTIME_API: api.address,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '1',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1769',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: 'test',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      LAMBDA_TASK_ROOT: code,
      _HANDLER: 'index.handler',
      NODE_PATH: nodePath,
      // As the stack sets it.
      NODE_OPTIONS: '--enable-source-maps',
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const stop = async () => {
    await end(child);
    await api.close();
  };
  const gone = new Promise<never>((_, reject) =>
    child.once('exit', (code, signal) => reject(new Error(`${name} ended with ${code ?? signal}`))),
  );
  // It is raced with, and ends with every stop.
  gone.catch(() => undefined);
  try {
    await Promise.race([api.ready, gone]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    initMs: performance.now() - start,
    invoke: (event) => Promise.race([api.invoke(event), gone]),
    stop,
  };
}
