/** Prediction sets: which conditions cannot be ruled out; fitted so that the true one is there nine times in ten. */

import type { Banded, Bundle } from './bundle.ts';
import type { Differential } from './differential.ts';
import { inBand } from './features.ts';

/** As the manifest's `sets` has it: joint probabilities from which a condition is in the set. */
export interface SetsSpec {
  /** Share of patients whose condition is to be in their set, 0-1. */
  readonly target: number;
  /** By number of findings that some layer reads. */
  readonly bands: Banded<{
    /** By class of the common part, "no relevant disease" last. */
    readonly trained: readonly number[];
    readonly broad: number;
    readonly orphan: number;
  }>;
}

export interface PredictionSet {
  /** Ascending indices into {@link Bundle.conditions}; of a patient with few findings there may be thousands. */
  readonly rows: readonly number[];
  /** "No relevant disease" cannot be ruled out either. */
  readonly wellInSet: boolean;
}

/**
 * The least ambiguous set with class-conditional coverage (Sadinle, Lei and Wasserman, JASA 2019). The likeliest outcome
 * is always in it: a set that rules out everything would be no answer.
 *
 * @param findings those that some layer reads.
 */
export function predictionSet(
  { sets, orphanCount, conditions }: Pick<Bundle, 'sets' | 'orphanCount' | 'conditions'>,
  { probabilities, none }: Pick<Differential, 'probabilities' | 'none'>,
  findings: number,
): PredictionSet {
  const { trained, broad, orphan } = inBand(sets.bands, findings);
  const trainedEnd = orphanCount + trained.length - 1;
  const rows: number[] = [];
  let likeliest = none;
  for (let row = 0; row < conditions.length; row++)
    likeliest = Math.max(likeliest, probabilities[row] as number);
  for (let row = 0; row < conditions.length; row++) {
    const threshold =
      row < orphanCount ? orphan : row < trainedEnd ? (trained[row - orphanCount] as number) : broad;
    const probability = probabilities[row] as number;
    if (probability >= threshold || probability === likeliest) rows.push(row);
  }
  return { rows, wellInSet: none === likeliest || none >= (trained.at(-1) ?? Number.NaN) };
}
