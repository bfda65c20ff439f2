/** The orphan part: likelihood ratios, prototypical network and what is known of the patient besides. */

import { impliedBy, type Likelihood, type Scores } from './likelihood.ts';
import type { Patient } from './types.ts';

/** How the members are joined; `orphan` of the manifest. */
export interface OrphanBlend {
  /** Of the network's cosines. */
  readonly netWeight: number;
  /** Of ten times as many patients in the population (Orphanet's classes of point prevalence). */
  readonly prevalenceWeight: number;
  /** For a woman and an X-linked recessive disease. */
  readonly unlikely: number;
  /** What multiplies the sum of the evidence, by the least number of scored findings; ascending from 0. */
  readonly scales: readonly { readonly minTerms: number; readonly scale: number }[];
}

/** What is known of each orphan disease besides its findings. */
export interface OrphanFacts {
  /** Prevalence in decades; 0 where unknown. */
  readonly decades: Float64Array;
  /** 1 where all known inheritance is X-linked recessive. */
  readonly xRecessive: Uint8Array;
}

/** What the network reads: the scored terms that the query's findings imply, ascending. */
export function netTerms(likelihood: Likelihood, query: readonly number[]): number[] {
  return [...new Set(query.flatMap((term) => impliedBy(likelihood, term)))].sort((a, b) => a - b);
}

/**
 * Calibrated logits of the orphan diseases. Findings of one patient are not independent: the sum of their ratios is
 * divided by the root of their number.
 *
 * @param cosines of the network; empty where it had nothing to read.
 */
export function orphanLogits(
  blend: OrphanBlend,
  facts: OrphanFacts,
  { byRow, queryTerms }: Scores,
  cosines: Float32Array,
  { gender }: Pick<Patient, 'gender'>,
): Float64Array {
  const band = blend.scales.findLast(({ minTerms }) => queryTerms >= minTerms);
  if (band === undefined) throw new RangeError(`no scale for ${queryTerms} findings`);
  const root = Math.sqrt(Math.max(1, queryTerms));
  const woman = gender === 'F' ? blend.unlikely : 0;
  const { decades, xRecessive } = facts;
  const logits = new Float64Array(decades.length);
  for (let row = 0; row < logits.length; row++) {
    const context = blend.prevalenceWeight * (decades[row] as number) + woman * (xRecessive[row] as number);
    const evidence = (byRow[row] as number) / root + blend.netWeight * (cosines[row] ?? 0) + context;
    logits[row] = band.scale * evidence;
  }
  return logits;
}
