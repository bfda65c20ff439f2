/** Reads the model bundle from its folder and refuses it unless every file is the one that was trained. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Bundle, CommonTables, Condition, Profiles } from '../core/bundle.ts';
import type { Lang, Vocabulary } from '../core/types.ts';
import { type Manifest, manifestSchema } from './manifest.ts';

/** The champion's folder in the repository. */
export const DEFAULT_MODEL_DIR = resolve(import.meta.dirname, '../../layers/model');

/** The bundle cannot be used; the message names the file. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
  readonly file: string;

  constructor(file: string, reason: string) {
    super(`Model bundle refused: ${file} ${reason}`);
    this.file = file;
  }
}

export interface LoadedBundle {
  readonly bundle: Bundle;
  /** The members' ONNX models, in the manifest's order. */
  readonly models: readonly Uint8Array[];
}

/** Every file of the bundle by its name, bytes checked. */
type Files = ReadonlyMap<string, Buffer>;

/** @throws BundleError where a file is missing, changed or not what the manifest describes. */
export async function loadBundle(folder: string): Promise<LoadedBundle> {
  const manifest = await readManifest(folder);
  const files: Files = new Map(
    await Promise.all(
      Object.entries(manifest.files).map(async ([name, { sha256 }]) => {
        const bytes = await readBytes(folder, name);
        const found = createHash('sha256').update(bytes).digest('hex');
        if (found !== sha256) throw new BundleError(name, 'was changed: its SHA-256 is not the manifest’s');
        return [name, bytes] as const;
      }),
    ),
  );
  return {
    bundle: toBundle(manifest, files),
    models: manifest.common.members.map(({ file }) => fileOf(files, file)),
  };
}

/** The PMIDs that the knowledge base cites: read by the evaluation only, so it is not kept in memory. */
export async function loadPapers(folder: string): Promise<ReadonlySet<number>> {
  return new Set(JSON.parse(gunzipSync(await readBytes(folder, PAPERS)).toString()) as number[]);
}

const MANIFEST = 'manifest.json';
const VOCABULARY = 'vocabulary.json.gz';
const TABLES = 'common_tables.json.gz';
const PAPERS = 'papers.json.gz';

async function readManifest(folder: string): Promise<Manifest> {
  const text = (await readBytes(folder, MANIFEST)).toString();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BundleError(MANIFEST, 'is not JSON');
  }
  const parsed = manifestSchema.safeParse(value);
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

async function readBytes(folder: string, name: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, name));
  } catch {
    throw new BundleError(name, `cannot be read in ${folder}`);
  }
}

function fileOf(files: Files, name: string): Buffer {
  const bytes = files.get(name);
  if (bytes === undefined) throw new BundleError(name, 'is not listed in the manifest');
  return bytes;
}

/** The checksums vouch for the content, so it is read as it stands. */
function readJson(files: Files, name: string): unknown {
  return JSON.parse(gunzipSync(fileOf(files, name)).toString());
}

function toBundle(manifest: Manifest, files: Files): Bundle {
  const { common, orphan } = manifest;
  const vocabulary = readJson(files, VOCABULARY) as Vocabulary;
  const diseases = readJson(files, orphan.diseases_file) as Disease[];
  const listed = common.conditions.slice(0, -1);
  const conditions = [...diseases.map(orphanCondition), ...listed.map(commonCondition)];
  if (common.urgent.length !== common.conditions.length)
    throw new BundleError(MANIFEST, 'has not one "urgent" a common condition');
  return {
    version: manifest.version,
    dataReleases: manifest.data_releases,
    vocabulary,
    features: { items: manifest.features.items, ageBands: manifest.features.age_bands },
    common: {
      members: common.members,
      temperatures: common.temperatures.map(({ min_findings, temperature }) => ({
        minFindings: min_findings,
        temperature,
      })),
      urgent: common.urgent,
      urgentThresholds: common.urgent_thresholds.map(({ min_findings, threshold }) => ({
        minFindings: min_findings,
        threshold,
      })),
      tables: readJson(files, TABLES) as CommonTables,
    },
    orphan: {
      profiles: readProfiles(
        orphan.file,
        fileOf(files, orphan.file),
        vocabulary.terms.length,
        conditions.length,
      ),
      floor: orphan.floor,
      weight: orphan.weight,
      decay: orphan.decay,
      ratioMin: orphan.ratio_min,
      ratioStep: orphan.ratio_step,
      temperature: orphan.temperature,
      priorCommon: orphan.prior_common,
      levels: manifest.orphan_levels,
    },
    conditions,
    orphanCount: diseases.length,
  };
}

/** A row of `orphan_diseases.json.gz`. */
interface Disease {
  readonly code: string;
  readonly codes: readonly string[];
  readonly es: string;
  readonly en: string;
  readonly es_lang: Lang;
}

const orphanCondition = ({ code, codes, es, en, es_lang }: Disease): Condition => ({
  code,
  codes,
  name: { es, en },
  esLang: es_lang,
  kind: 'orphan',
});

const commonCondition = ({
  key,
  code,
  codes,
  name,
}: Manifest['common']['conditions'][number]): Condition => ({
  code,
  codes: [code, ...codes.filter((other) => other !== code)],
  name,
  esLang: 'es',
  kind: 'common',
  key,
});

/**
 * Little endian: terms, rows, entries (Uint32 each), offsets (Uint32, terms + 1), rows (Uint16, entries),
 * codes (Uint8, entries); each section begins at a multiple of four.
 *
 * @throws BundleError where the sizes are not those of the vocabulary and the conditions.
 */
export function readProfiles(file: string, bytes: Buffer, termCount: number, rowCount: number): Profiles {
  // A copy of its own: typed arrays must begin at a multiple of their width.
  const { buffer } = new Uint8Array(bytes);
  const header = new Uint32Array(buffer, 0, 3);
  const [terms = 0, rows = 0, entries = 0] = header;
  const rowsAt = header.byteLength + 4 * (terms + 1);
  const codesAt = align(rowsAt + 2 * entries);
  if (terms !== termCount || rows !== rowCount || align(codesAt + entries) !== align(bytes.length))
    throw new BundleError(file, 'is not of the size that the vocabulary and the conditions ask for');
  return {
    offsets: new Uint32Array(buffer, header.byteLength, terms + 1),
    rows: new Uint16Array(buffer, rowsAt, entries),
    codes: new Uint8Array(buffer, codesAt, entries),
  };
}

const align = (offset: number): number => Math.ceil(offset / 4) * 4;
