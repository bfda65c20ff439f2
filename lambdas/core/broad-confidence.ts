/** From scores of the broad layer's candidates to probabilities; twin of `broad/confidence.py`, which says why. */

import type { BroadQuery } from './broad.ts';
import type { Broad, BroadSpec } from './broad-tables.ts';
import { softmax } from './differential.ts';
import { inBand } from './features.ts';

/** Scores as logits, of patients of whom the layer knows so many findings: no finding lifts one above the ceiling. */
export function saturation({ confidences }: BroadSpec, known: number): (score: number) => number {
  const { temperature, ceiling } = inBand(confidences, known);
  return (score) => ceiling * Math.tanh(score / (temperature * ceiling));
}

/**
 * P(candidate) by the scorer's output; 0 of the impossible. A share is kept back, the chance that the findings told stand
 * in no text of the true condition. The possible and quiet ones have it alike.
 *
 * @param query `known`: findings that the layer knows; with none age, sex and what is denied count as one.
 */
export function broadPosterior(
  { spec }: Pick<Broad, 'spec'>,
  { known, possible }: Pick<BroadQuery, 'known' | 'possible'>,
  scores: ArrayLike<number>,
): Float64Array {
  const saturated = saturation(spec, known);
  const logits = new Float64Array(scores).map((score, row) =>
    possible[row] === 1 ? saturated(score) : Number.NEGATIVE_INFINITY,
  );
  const missed = spec.missed ** Math.max(known, 1);
  const sharing = possible.map((one, row) => one * (spec.quiet[row] as number));
  const count = sharing.reduce((sum, one) => sum + one, 0);
  return softmax(logits).map((p, row) => (1 - missed) * p + (missed * (sharing[row] as number)) / count);
}
