/** Reads the orphan part's files of the model bundle. */

import type { Condition, OrphanSpec, Profiles } from '../core/bundle.ts';
import type { PublishedPatient } from '../core/similar.ts';
import type { Gender, Lang } from '../core/types.ts';
import type { TypicalTable } from '../core/typical.ts';
import { BundleError } from './bundle-files.ts';
import type { Manifest } from './manifest.ts';

/** A row of `orphan_diseases.json.gz`. */
export interface Disease {
  readonly code: string;
  readonly codes: readonly string[];
  readonly es: string;
  readonly en: string;
  readonly es_lang: Lang;
  /** Prevalence in decades; missing where unknown. */
  readonly decades?: number;
  readonly x_recessive?: true;
  /** Published patients are in its profile. */
  readonly from_patients?: true;
}

export const orphanCondition = ({ code, codes, es, en, es_lang }: Disease): Condition => ({
  code,
  codes,
  name: { es, en },
  esLang: es_lang,
  kind: 'orphan',
});

/** A published patient in `published_patients.json.gz`: PMIDs, sex, age in years or null, terms. */
export type PublishedEntry = readonly [readonly number[], Gender, number | null, readonly number[]];

/** The part's files besides its section. */
export interface OrphanFiles {
  readonly profiles: Buffer;
  readonly typical: Buffer;
  readonly diseases: readonly Disease[];
  /** By disease. */
  readonly published: readonly (readonly PublishedEntry[])[];
}

/**
 * The part from its section and its files.
 *
 * @throws BundleError where the profiles are not of the vocabulary's and the conditions' size.
 */
export function orphanSpec(
  section: Manifest['orphan'],
  { profiles, typical, diseases, published }: OrphanFiles,
  termCount: number,
  rowCount: number,
): OrphanSpec {
  if (published.length !== diseases.length)
    throw new BundleError(section.published_file, 'is not of as many diseases as the list');
  return {
    profiles: readProfiles(section.file, profiles, termCount, rowCount),
    floor: section.floor,
    weight: section.weight,
    discounted: Uint8Array.from({ length: rowCount }, (_, row) =>
      Number(diseases[row]?.from_patients ?? false),
    ),
    patientDiscount: section.patient_discount,
    ratioMin: section.ratio_min,
    ratioStep: section.ratio_step,
    blend: {
      netWeight: section.net.weight,
      prevalenceWeight: section.prevalence_weight,
      unlikely: section.unlikely,
      scales: section.scales.map(({ min_terms, scale }) => ({ minTerms: min_terms, scale })),
    },
    facts: {
      decades: Float64Array.from(diseases, ({ decades = 0 }) => decades),
      xRecessive: Uint8Array.from(diseases, ({ x_recessive = false }) => Number(x_recessive)),
    },
    typical: readTypical(section.typical_file, typical, diseases.length),
    published: published.map((patients) => patients.map(publishedPatient)),
  };
}

const publishedPatient = ([pmids, sex, age, terms]: PublishedEntry): PublishedPatient => ({
  pmids,
  sex,
  ...(age !== null && { age }),
  terms,
});

/**
 * Little endian: diseases, entries (Uint32 each), offsets (Uint32, diseases + 1), terms (Uint16, entries), percents
 * (Uint8, entries); each section begins at a multiple of four.
 *
 * @throws BundleError where the sizes are not those of the diseases.
 */
function readTypical(file: string, bytes: Buffer, diseaseCount: number): TypicalTable {
  const { buffer } = new Uint8Array(bytes);
  const header = new Uint32Array(buffer, 0, 2);
  const [diseases = 0, entries = 0] = header;
  const termsAt = header.byteLength + 4 * (diseases + 1);
  const percentsAt = align(termsAt + 2 * entries);
  if (diseases !== diseaseCount || align(percentsAt + entries) !== align(bytes.length))
    throw new BundleError(file, 'is not of the size that the diseases ask for');
  return {
    offsets: new Uint32Array(buffer, header.byteLength, diseases + 1),
    terms: new Uint16Array(buffer, termsAt, entries),
    percents: new Uint8Array(buffer, percentsAt, entries),
  };
}

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
