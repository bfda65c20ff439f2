/** What each condition typically shows, the most telling first. */

import { type Broad, candidateOf } from './broad-tables.ts';
import type { Bundle, CommonTables } from './bundle.ts';
import { closureOf } from './likelihood.ts';
import type { Term } from './types.ts';

/** What the sources state of how often orphan diseases show a finding, by disease. */
export interface TypicalTable {
  /** `terms[offsets[row]..offsets[row + 1]]`. */
  readonly offsets: Uint32Array;
  readonly terms: Uint16Array;
  /** Of 100 patients; {@link UNSTATED} where nobody states it, or hardly anybody was counted. */
  readonly percents: Uint8Array;
}

export const UNSTATED = 255;

export interface TypicalFinding {
  readonly term: number;
  /** Share of the condition's patients, 0-1, as the source has it; missing where none states it. */
  readonly frequency?: number;
  /** The term and all that it implies. */
  readonly above: readonly number[];
}

/** What the findings are read from, with what was already put in order. */
export interface Typical {
  readonly bundle: Bundle;
  readonly broad: Broad;
  readonly content: Float64Array;
  /** The term that says exactly what an item of the common part asks. */
  readonly termOfItem: readonly (number | undefined)[];
  readonly byRow: Map<number, readonly TypicalFinding[]>;
}

/** A sure sign of a rare condition can be missing in one in five and still be typical. */
const USUAL = 0.2;
/** Where a source calls a finding a feature and says no more it follows those whose frequency is known to be usual. */
const UNSTATED_SHARE = 0.1;
/** More than these are never asked for. */
const KEPT = 40;

export function prepareTypical(bundle: Bundle, broad: Broad, content: Float64Array): Typical {
  const { terms } = bundle.vocabulary;
  return {
    bundle,
    broad,
    content,
    termOfItem: namesOfItems(bundle.features.items.length, terms),
    byRow: new Map(),
  };
}

/** By how often the condition shows it times how much it tells; of one that only abstracts name, nothing. */
export function typicalOf(typical: Typical, row: number): readonly TypicalFinding[] {
  const known = typical.byRow.get(row);
  if (known !== undefined) return known;
  const { terms } = typical.bundle.vocabulary;
  const found = weighed(typical, row)
    .toSorted((a, b) => b.weight - a.weight || a.term - b.term)
    .slice(0, KEPT)
    .map(({ term, frequency }) => ({
      term,
      ...(frequency !== undefined && { frequency }),
      above: closureOf(terms, term),
    }));
  typical.byRow.set(row, found);
  return found;
}

interface Weighed {
  readonly term: number;
  readonly frequency?: number;
  readonly weight: number;
}

function weighed({ bundle, broad, content, termOfItem }: Typical, row: number): Weighed[] {
  const { orphanCount, trainedCount, common, orphan } = bundle;
  if (row < orphanCount) return ofOrphan(orphan.typical, content, row);
  const candidate = candidateOf(broad, row);
  // DDXPlus has artefacts (Parkinson in most with pneumonia): where texts describe the condition they are asked.
  if (row < orphanCount + trainedCount && broad.spec.unprofiled[candidate] !== 0)
    return ofTrained(common.tables, termOfItem, row - orphanCount);
  return ofTexts(broad, candidate);
}

function ofOrphan({ offsets, terms, percents }: TypicalTable, content: Float64Array, row: number): Weighed[] {
  const found: Weighed[] = [];
  for (let at = offsets[row] as number; at < (offsets[row + 1] as number); at++) {
    const [term, percent] = [terms[at] as number, percents[at] as number];
    const stated = percent === UNSTATED ? {} : { frequency: percent / 100 };
    const share = stated.frequency ?? UNSTATED_SHARE;
    if (share >= USUAL || percent === UNSTATED)
      found.push({ term, ...stated, weight: share * (content[term] as number) });
  }
  return found;
}

function ofTrained(
  { present, prior }: CommonTables,
  termOfItem: Typical['termOfItem'],
  row: number,
): Weighed[] {
  return termOfItem.flatMap((term, item) => {
    const frequency = present[row]?.[item] ?? Number.NaN;
    const mean = prior.reduce((sum, p, c) => sum + p * (present[c]?.[item] ?? Number.NaN), 0);
    if (term === undefined || frequency < USUAL || frequency <= mean) return [];
    return [{ term, frequency, weight: frequency * Math.log(frequency / mean) }];
  });
}

/** Their shares are our reading of words such as "often", so no frequency is stated. */
function ofTexts({ spec: { clinical, unprofiled }, information }: Broad, candidate: number): Weighed[] {
  if (unprofiled[candidate] === 1) return [];
  const found: Weighed[] = [];
  for (let term = 0; term + 1 < clinical.offsets.length; term++) {
    const from = clinical.offsets[term] as number;
    const at = clinical.rows.subarray(from, clinical.offsets[term + 1]).indexOf(candidate);
    if (at < 0) continue;
    const share = (clinical.codes[from + at] as number) * clinical.step;
    if (share >= USUAL) found.push({ term, weight: share * (information[term] as number) });
  }
  return found;
}

/** Of the terms that an item follows both ways, present and absent, the one that says least besides. */
function namesOfItems(count: number, terms: readonly Term[]): (number | undefined)[] {
  const names: (number | undefined)[] = Array.from({ length: count });
  const said = (term: number | undefined) => terms[term ?? -1]?.on?.length ?? Number.POSITIVE_INFINITY;
  terms.forEach(({ on = [], off = [] }, term) => {
    for (const item of on)
      if (item >= 0 && off.includes(item) && on.length < said(names[item])) names[item] = term;
  });
  return names;
}
