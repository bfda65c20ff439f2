import type { Limits } from './broad-people.ts';
import type { Banded } from './bundle.ts';
import { type Recent, recent } from './recent.ts';
import type { Term } from './types.ts';

/** Values in one byte by term, then candidate: `rows[offsets[t]..offsets[t + 1]]`; value = code * step. */
export interface BroadTable {
  readonly offsets: Uint32Array;
  /** Candidate. */
  readonly rows: Uint16Array;
  readonly codes: Uint8Array;
  readonly step: number;
}

/** The broad layer: conditions known from texts and abstracts, as the bundle holds them. */
export interface BroadSpec {
  /** Index into the bundle's conditions, by candidate. */
  readonly rows: Uint16Array;
  /** 1: no clinical profile is known, abstracts alone. */
  readonly unprofiled: Uint8Array;
  /** 1: of the layer's own, and no text calls it an emergency. */
  readonly quiet: Uint8Array;
  /** By candidate. */
  readonly limits: readonly Limits[];
  /** P(term | candidate), with all broader terms. */
  readonly clinical: BroadTable;
  /** ln(1 + abstracts), with all broader terms. */
  readonly literature: BroadTable;
  /** Mean P by term. */
  readonly background: Float32Array;
  /** Agreement of F and M, [candidates, 2], and of the age groups, [candidates, 6]. */
  readonly sex: Float32Array;
  readonly age: Float32Array;
  /** Of the scorer, by feature. */
  readonly weights: readonly number[];
  /** By number of known findings. */
  readonly confidences: Banded<{ readonly temperature: number; readonly ceiling: number }>;
  /** Share of what another source states of a condition that its texts do not name. */
  readonly missed: number;
  readonly weight: number;
  readonly floor: number;
  /** Of a ratio or a mention, for each step up to a broader term. */
  readonly decay: number;
}

const K1 = 1.2;
const B = 0.4;
/** P = 1 in the clinical profile counts like so great a ln(1 + abstracts). */
const CLINICAL_MENTIONS = 5;
/** P from which the absence of a finding counts. */
const USUAL = 0.75;
const MAX_ABSENT_P = 0.95;
export const LEAST_SPREAD = 1e-6;
/** Findings whose entries are kept, 35 kB each: a changed patient shares all but one. */
const KEPT = 32;

/** Entries of one more table over the terms. */
interface BroadScores {
  readonly offsets: Uint32Array;
  readonly rows: Uint16Array;
  readonly values: Float64Array;
}

/** What one finding adds to every candidate. */
export interface Entries {
  readonly bm25: Float64Array;
  readonly likelihood: Float64Array;
  readonly explained: Float64Array;
  readonly mentioned: Float64Array;
}

/** The broad layer made ready for queries. */
export interface Broad {
  readonly spec: BroadSpec;
  readonly terms: readonly Term[];
  readonly count: number;
  /** -ln background. */
  readonly information: Float64Array;
  readonly mostInformation: number;
  readonly bm25: BroadScores;
  readonly ratio: Float64Array;
  readonly profile: Float64Array;
  readonly absent: Float64Array;
  /** Skips no candidate. */
  readonly none: Uint8Array;
  /** By term of a finding. */
  readonly entries: Recent<Entries>;
}

/** Computes once what every query needs. */
export function prepareBroad(spec: BroadSpec, terms: readonly Term[]): Broad {
  const { clinical, background } = spec;
  const count = spec.rows.length;
  const information = Float64Array.from(background, (mean) => -Math.log(mean));
  const filled = clinical.codes.length;
  const [ratio, profile, absent] = [0, 1, 2].map(() => new Float64Array(filled)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const total = new Float64Array(count);
  forEntries(clinical, (term, at, row) => {
    const p = (clinical.codes[at] as number) * clinical.step;
    ratio[at] = p / (background[term] as number);
    profile[at] = p * (information[term] as number);
    total[row] = (total[row] as number) + (profile[at] as number);
    absent[at] = p >= USUAL ? Math.log1p(-Math.min(p, MAX_ABSENT_P)) : 0;
  });
  forEntries(clinical, (_, at, row) => {
    profile[at] = (profile[at] as number) / Math.max(total[row] as number, LEAST_SPREAD);
  });
  const mostInformation = greatest(information);
  const bm25 = okapi(spec, count);
  const none = new Uint8Array(count);
  const entries = recent<Entries>(KEPT);
  return { spec, terms, count, information, mostInformation, bm25, ratio, profile, absent, none, entries };
}

/** Candidate of an index into the bundle's conditions; -1 where the layer does not know it. */
export const candidateOf = ({ spec }: Broad, row: number): number => spec.rows.indexOf(row);

function forEntries(
  { offsets, rows }: Pick<BroadTable, 'offsets' | 'rows'>,
  each: (term: number, at: number, row: number) => void,
): void {
  for (let term = 0; term + 1 < offsets.length; term++)
    for (let at = offsets[term] as number; at < (offsets[term + 1] as number); at++)
      each(term, at, rows[at] as number);
}

/** Okapi BM25 of one occurrence of each term, over literature and clinical profiles together. */
function okapi({ clinical, literature }: BroadSpec, count: number): BroadScores {
  const most = clinical.codes.length + literature.codes.length;
  const offsets = new Uint32Array(clinical.offsets.length);
  const rows = new Uint16Array(most);
  const values = new Float64Array(most);
  const length = new Float64Array(count);
  const mentions = new Float64Array(count);
  let used = 0;
  for (let term = 0; term + 1 < offsets.length; term++) {
    const first = used;
    for (const [table, unit] of [
      [literature, literature.step],
      [clinical, clinical.step * CLINICAL_MENTIONS],
    ] as const) {
      for (let at = table.offsets[term] as number; at < (table.offsets[term + 1] as number); at++) {
        const row = table.rows[at] as number;
        if (mentions[row] === 0) rows[used++] = row;
        mentions[row] = (mentions[row] as number) + (table.codes[at] as number) * unit;
      }
    }
    for (let at = first; at < used; at++) {
      const row = rows[at] as number;
      values[at] = mentions[row] as number;
      length[row] = (length[row] as number) + (mentions[row] as number);
      mentions[row] = 0;
    }
    offsets[term + 1] = used;
  }
  const mean = length.reduce((a, b) => a + b, 0) / count;
  for (let term = 0; term + 1 < offsets.length; term++) {
    const containing = (offsets[term + 1] as number) - (offsets[term] as number);
    const idf = Math.log1p((count - containing + 0.5) / (containing + 0.5));
    for (let at = offsets[term] as number; at < (offsets[term + 1] as number); at++) {
      const norm = K1 * (1 - B + (B * (length[rows[at] as number] as number)) / mean);
      values[at] = (idf * (values[at] as number) * (K1 + 1)) / ((values[at] as number) + norm);
    }
  }
  return { offsets, rows: rows.slice(0, used), values: values.slice(0, used) };
}

/** -Infinity without values. */
export const greatest = (values: Float64Array): number => {
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > most) most = value;
  return most;
};
