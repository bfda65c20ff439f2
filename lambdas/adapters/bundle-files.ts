/** The files of a model bundle, refused unless each is the one that was trained. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Manifest, manifestSchema } from './manifest.ts';

export const MANIFEST = 'manifest.json';

/** The bundle cannot be used; the message names the file. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
  readonly file: string;

  constructor(file: string, reason: string) {
    super(`Model bundle refused: ${file} ${reason}`);
    this.file = file;
  }
}

/** Every file of the bundle by its name, bytes checked. */
export type Files = ReadonlyMap<string, Buffer>;

/** @throws BundleError where a file that the manifest lists is missing or changed. */
export async function readFiles(folder: string, manifest: Manifest): Promise<Files> {
  return new Map(
    await Promise.all(
      Object.entries(manifest.files).map(async ([name, { sha256 }]) => {
        const bytes = await readBytes(folder, name);
        const found = createHash('sha256').update(bytes).digest('hex');
        if (found !== sha256) throw new BundleError(name, 'was changed: its SHA-256 is not the manifest’s');
        return [name, bytes] as const;
      }),
    ),
  );
}

/** @throws BundleError where the manifest is missing, changed, or does not follow its schema. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = (await readBytes(folder, MANIFEST)).toString();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BundleError(MANIFEST, 'is not JSON');
  }
  // Read once: compiling the schema, as zod does for what is read often, costs a cold start more than it saves.
  const parsed = manifestSchema.safeParse(value, { jitless: true });
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new BundleError(MANIFEST, `does not follow its schema: ${faults.join('; ')}`);
  }
  if (!parsed.data.version.endsWith(digestOf(text, parsed.data.version)))
    throw new BundleError(MANIFEST, 'was changed: its digest is not the one in its version');
  return parsed.data;
}

/** The version's own eight digits: SHA-256 of the manifest's text with zeros in their place. */
function digestOf(text: string, version: string): string {
  const blank = text.replace(version, `${version.slice(0, -8)}00000000`);
  return createHash('sha256').update(blank).digest('hex').slice(0, 8);
}

/** @throws BundleError */
export async function readBytes(folder: string, name: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, name));
  } catch {
    throw new BundleError(name, `cannot be read in ${folder}`);
  }
}

/** @throws BundleError where the manifest does not list the file. */
export function fileOf(files: Files, name: string): Buffer {
  const bytes = files.get(name);
  if (bytes === undefined) throw new BundleError(name, 'is not listed in the manifest');
  return bytes;
}

/** The checksums vouch for the content, so it is read as it stands. */
export function readJson(files: Files, name: string): unknown {
  return JSON.parse(gunzipSync(fileOf(files, name)).toString());
}

/** The manifest's bands in the core's spelling. */
export function banded<T extends { readonly min_findings: number }>(bands: readonly T[]) {
  return bands.map(({ min_findings, ...value }) => ({ minFindings: min_findings, ...value }));
}
