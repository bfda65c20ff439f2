/** A folder for what does not outlive its use. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs with an empty folder, which is gone after. */
export function withFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'centinela-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
