/** Reads the model bundle from its folder and refuses it unless every file is the one that was trained. */

import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Bundle, CommonTables, Condition } from '../core/bundle.ts';
import type { Vocabulary } from '../core/types.ts';
import { type BroadEntry, type BroadLayer, readBroad } from './broad-files.ts';
import {
  BundleError,
  banded,
  type Files,
  fileOf,
  MANIFEST,
  readBytes,
  readFiles,
  readJson,
  readManifest,
} from './bundle-files.ts';
import type { Manifest } from './manifest.ts';
import type { ModelFiles } from './onnx.ts';
import { type Disease, type OrphanFiles, orphanCondition, orphanSpec } from './orphan-files.ts';

export { BundleError } from './bundle-files.ts';

/** The champion's folder in the repository. */
export const DEFAULT_MODEL_DIR = resolve(import.meta.dirname, '../../layers/model');

/** The folder that a setting means: the path as it stands or, of a bare name, the package that a layer brought. */
export function modelFolder(setting: string): string {
  if (setting.includes('/')) return setting;
  return dirname(createRequire(import.meta.url).resolve(`${setting}/${MANIFEST}`));
}

export interface LoadedBundle {
  readonly bundle: Bundle;
  readonly models: ModelFiles;
}

/** @throws BundleError where a file is missing, changed or not what the manifest describes. */
export async function loadBundle(folder: string): Promise<LoadedBundle> {
  const manifest = await readManifest(folder);
  const files = await readFiles(folder, manifest);
  return {
    bundle: toBundle(manifest, files),
    models: {
      members: manifest.common.members.map(({ file }) => fileOf(files, file)),
      meta: fileOf(files, manifest.common.meta),
      orphanNet: fileOf(files, manifest.orphan.net.file),
      broad: fileOf(files, manifest.broad.file),
      gate: fileOf(files, manifest.gate.file),
    },
  };
}

/** The PMIDs that the knowledge base cites: read by the evaluation only, so it is not kept in memory. */
export async function loadPapers(folder: string): Promise<ReadonlySet<number>> {
  return new Set(JSON.parse(gunzipSync(await readBytes(folder, PAPERS)).toString()) as number[]);
}

const VOCABULARY = 'vocabulary.json.gz';
const TABLES = 'common_tables.json.gz';
const PAPERS = 'papers.json.gz';

function toBundle(manifest: Manifest, files: Files): Bundle {
  const { common, orphan, gate, sets, support } = manifest;
  const vocabulary = readJson(files, VOCABULARY) as Vocabulary;
  const diseases = readJson(files, orphan.diseases_file) as Disease[];
  const listed = common.conditions.slice(0, -1);
  if (common.urgent.length !== common.conditions.length)
    throw new BundleError(MANIFEST, 'has not one "urgent" a common condition');
  if (sets.bands.some(({ trained }) => trained.length !== common.conditions.length))
    throw new BundleError(MANIFEST, 'has not one threshold of the sets a common condition');
  const profiled = [...diseases.map(orphanCondition), ...listed.map(commonCondition)];
  const broad = readBroadLayer(manifest, files, vocabulary.terms.length, profiled.length);
  const [toCommon, toBroad, toOrphan] = gate.prior;
  return {
    version: manifest.version,
    created: Date.parse(manifest.created),
    staleAfterDays: manifest.stale_after_days,
    dataReleases: manifest.data_releases,
    vocabulary,
    features: {
      items: manifest.features.items,
      ageBands: manifest.features.age_bands,
      referenceAge: manifest.features.reference_age,
    },
    common: {
      temperatures: banded(common.temperatures),
      urgent: common.urgent,
      urgentThresholds: banded(common.urgent_thresholds),
      tables: readJson(files, TABLES) as CommonTables,
    },
    orphan: orphanSpec(
      orphan,
      {
        profiles: fileOf(files, orphan.file),
        typical: fileOf(files, orphan.typical_file),
        diseases,
        published: readJson(files, orphan.published_file) as OrphanFiles['published'],
      },
      vocabulary.terms.length,
      profiled.length,
    ),
    broad: broad.spec,
    gate: { features: gate.features, prior: { common: toCommon, broad: toBroad, orphan: toOrphan } },
    sets: { target: sets.target, bands: banded(sets.bands) },
    support: {
      ood: { from: support.ood.from, bands: banded(support.ood.bands) },
      sufficiency: { from: support.sufficiency.from, bands: banded(support.sufficiency.bands) },
    },
    orphanLevels: manifest.orphan_levels,
    conditions: [...profiled.map(withCodes(broad)), ...ownConditions(broad)],
    orphanCount: diseases.length,
    trainedCount: listed.length,
  };
}

function readBroadLayer({ broad }: Manifest, files: Files, terms: number, rows: number): BroadLayer {
  const entries = readJson(files, broad.conditions_file) as BroadEntry[];
  try {
    return readBroad(broad, fileOf(files, broad.profiles_file), entries, terms, rows);
  } catch (error) {
    throw new BundleError(broad.profiles_file, error instanceof Error ? error.message : String(error));
  }
}

/** Adds to a condition of another part the codes that the broad layer knows it by. */
function withCodes({ entries }: BroadLayer): (condition: Condition, row: number) => Condition {
  const more = new Map(entries.flatMap(({ row, codes }) => (row === undefined ? [] : [[row, codes]])));
  return (condition, row) => ({
    ...condition,
    codes: [...new Set([...condition.codes, ...(more.get(row) ?? [])])],
  });
}

/** The conditions that the broad layer alone knows. */
function ownConditions({ entries }: BroadLayer): Condition[] {
  return entries
    .filter(({ row }) => row === undefined)
    .map(({ code, codes, es, en, es_lang, profile, source_kind, urgency, course, unconfirmed, sources }) => ({
      code,
      codes,
      name: { es, en },
      esLang: es_lang,
      kind: 'common',
      knowledgeOnly: {
        profile,
        sourceKind: source_kind,
        urgency: urgency ?? null,
        course: course ?? null,
        unconfirmed: unconfirmed ?? null,
        sources: sources ?? [],
      },
    }));
}

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
