import type { Banded, FeatureSpec } from './bundle.ts';
import type { Finding, Patient, Term } from './types.ts';

/** Present and absent items are counted in units of this many, so that they are of the size of the rest. */
const COUNT_SCALE = 20;
const AGE_SCALE = 100;

/** A patient as the common members see one. */
export interface Features {
  /** +1 present, -1 absent, 0 unknown; one entry an item. */
  readonly items: Float32Array;
  /** The members' input: items, age band (one-hot), sex F, sex M, age, present items, absent items. */
  readonly row: Float32Array;
}

/** Encodes a patient; twin of `Vocabulary.encode` and the training's rows, to the last bit. */
export function encode(spec: FeatureSpec, terms: readonly Term[], patient: Patient): Features {
  const row = new Float32Array(rowWidth(spec));
  for (const { item, value } of votes(terms, patient.findings)) row[item] = value;
  completeRow(spec, row, patient);
  return { items: row.subarray(0, spec.items.length), row };
}

/** Numbers in a row: items, age bands, two sexes, age, two counts. */
export function rowWidth({ items, ageBands }: FeatureSpec): number {
  return items.length + ageBands.length + 5;
}

/** Writes what follows the items into a row whose items stand and whose rest is 0. */
export function completeRow(
  spec: FeatureSpec,
  row: Float32Array,
  { age, gender }: Pick<Patient, 'age' | 'gender'>,
): void {
  const items = spec.items.length;
  let present = 0;
  let absent = 0;
  for (let item = 0; item < items; item++) {
    if ((row[item] as number) > 0) present++;
    else if ((row[item] as number) < 0) absent++;
  }
  row[items + ageBand(spec.ageBands, age)] = 1;
  const at = items + spec.ageBands.length;
  row[at] = Number(gender === 'F');
  row[at + 1] = Number(gender === 'M');
  row[at + 2] = age / AGE_SCALE;
  row[at + 3] = present / COUNT_SCALE;
  row[at + 4] = absent / COUNT_SCALE;
}

/** One finding's say on one item. */
export interface Vote {
  readonly finding: Finding;
  readonly item: number;
  readonly value: 1 | -1;
}

/** What each finding says on each item, in order of precedence: later votes win. */
export function* votes(terms: readonly Term[], findings: readonly Finding[]): Generator<Vote> {
  for (const present of [false, true]) {
    for (const finding of findings) {
      if (finding.present !== present) continue;
      const term = terms[finding.term];
      for (const entry of (present ? term?.on : term?.off) ?? []) {
        // ~item marks an evidence whose "yes" is the absence of the finding.
        const opposite = entry < 0;
        yield { finding, item: opposite ? ~entry : entry, value: present === opposite ? -1 : 1 };
      }
    }
  }
}

/** Index of the band that an age in years falls in. */
export function ageBand(bands: readonly number[], age: number): number {
  return bands.findLastIndex((lower) => age >= lower);
}

/** Findings of these kinds are no complaint of today. */
const BACKGROUND_KINDS: ReadonlySet<string> = new Set([
  'history',
  'exposure',
  'risk',
  'medication',
  'demographic',
  'family_history',
]);

/** Whether a finding is of the history or the context, and not of today. */
export function isBackground(terms: readonly Term[], { history, term }: Finding): boolean {
  return history === true || BACKGROUND_KINDS.has(terms[term]?.kind ?? '');
}

/** Whether a finding means something to the common members where it is present. */
export function isInformative(terms: readonly Term[], { term }: Finding): boolean {
  return terms[term]?.on !== undefined;
}

/** How many present findings mean something to the common members. */
export function informativeFindings(terms: readonly Term[], findings: readonly Finding[]): number {
  return findings.filter((finding) => finding.present && isInformative(terms, finding)).length;
}

/** The value of the band that a number of findings falls in. */
export function inBand<T>(bands: Banded<T>, findings: number): T {
  const band = bands.findLast(({ minFindings }) => findings >= minFindings);
  if (band === undefined) throw new RangeError(`no band for ${findings} findings`);
  return band;
}
