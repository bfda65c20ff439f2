/** What the answer to a question is worth. */

import type { LookAhead } from './questions-look-ahead.ts';
import { EXCLUDED } from './questions-policy.ts';

/** Of each candidate. */
export interface Gains {
  /** P(present). */
  readonly present: Float64Array;
  /** Expected information gain in bits. */
  readonly eig: Float64Array;
  /**
   * Expected drop, by an absence, of the probability of those that must not be missed and are not ruled out, 0-1: each
   * with its present probability. That something else is there rules no emergency out.
   */
  readonly drop: Float64Array;
}

/** @param feared 1 for each hypothesis that must not be missed. */
export function gainsOf({ prior, present, candidates }: LookAhead, feared: Uint8Array): Gains {
  const width = prior.length;
  const count = candidates.length;
  const gains = {
    present: new Float64Array(count),
    eig: new Float64Array(count),
    drop: new Float64Array(count),
  };
  for (let i = 0; i < count; i++) {
    const at = i * width;
    let yes = 0;
    for (let h = 0; h < width; h++) yes += (prior[h] as number) * (present[at + h] as number);
    // Mutual information of answer and hypothesis: the mean entropy of the answer is subtracted from its entropy.
    let eig = entropy(yes);
    let drop = 0;
    for (let h = 0; h < width; h++) {
      const p = present[at + h] as number;
      const own = prior[h] as number;
      eig -= own * entropy(p);
      const stays = own * (1 - p) >= EXCLUDED * (1 - yes);
      if (feared[h] === 1 && own >= EXCLUDED && !stays) drop += (1 - yes) * own;
    }
    gains.present[i] = yes;
    gains.eig[i] = Math.max(0, eig);
    gains.drop[i] = drop;
  }
  return gains;
}

/** Of a yes or no, in bits. */
function entropy(p: number): number {
  if (p <= 0 || p >= 1) return 0;
  return -(p * Math.log2(p) + (1 - p) * Math.log2(1 - p));
}

/** P(hypothesis | answer to the candidate). */
export function posterior(
  { prior, present }: LookAhead,
  candidate: number,
  isPresent: boolean,
): Float64Array {
  const at = candidate * prior.length;
  const joint = prior.map((p, h) => {
    const yes = present[at + h] as number;
    return p * (isPresent ? yes : 1 - yes);
  });
  const total = joint.reduce((sum, p) => sum + p, 0);
  return joint.map((p) => p / total);
}
