/** Where a local Centinela keeps its data: the one place that knows the default. */
import { resolve } from 'node:path';

const PROJECT = resolve(import.meta.dirname, '..');

/** The data folder's absolute path: `CENTINELA_DATA_DIR`, or `.centinela` in the project folder. */
export function dataDir(env: NodeJS.ProcessEnv = process.env): string {
  return resolve(env.CENTINELA_DATA_DIR || resolve(PROJECT, '.centinela'));
}
