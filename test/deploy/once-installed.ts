/** What the deployment's tests need and the project's own packages are not: made under `build/`, kept until it changes. */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const BUILD = resolve(import.meta.dirname, '../../build');

/**
 * The folder `build/{name}`, made by `make` unless it stands there already.
 *
 * @param wanted whatever decides its content: where it changes, the folder is made anew.
 */
export async function onceInstalled(
  name: string,
  wanted: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(BUILD, name);
  const stamp = join(folder, '.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await make(folder);
  writeFileSync(stamp, wanted);
  return folder;
}
