import type { Bundle, CommonSpec, Condition, OrphanSpec } from './bundle.ts';
import { inBand } from './features.ts';
import type { Scores } from './likelihood.ts';

/** The patient's calibrated list of common and orphan conditions. */
export interface Differential {
  /** P(common condition or none), against an orphan condition. */
  readonly pCommon: number;
  /** P(class | common), by class of the common part, "no relevant disease" last. */
  readonly common: Float64Array;
  /** By index into {@link Bundle.conditions}; with "no relevant disease" they add up to 1. */
  readonly probabilities: Float64Array;
}

/**
 * Merges what the members say of the common classes with the likelihood-ratio scores of all conditions.
 *
 * @param findings present findings that mean something to the common members.
 */
export function merge(
  bundle: Bundle,
  outputs: readonly Float32Array[],
  scores: Scores,
  findings: number,
): Differential {
  const common = calibrate(bundle.common, outputs, findings);
  const pCommon = gate(bundle.orphan, scores, bundle.orphanCount);
  // Findings of one patient are not independent: a sum over many claims too much.
  const temperature = bundle.orphan.temperature * Math.sqrt(Math.max(1, scores.queryTerms));
  const orphan = softmax(scores.byRow.subarray(0, bundle.orphanCount), temperature);
  const probabilities = new Float64Array(bundle.conditions.length);
  for (let row = 0; row < bundle.orphanCount; row++)
    probabilities[row] = (1 - pCommon) * (orphan[row] as number);
  for (let row = bundle.orphanCount; row < probabilities.length; row++)
    probabilities[row] = pCommon * (common[row - bundle.orphanCount] as number);
  return { pCommon, common, probabilities };
}

/** Weighted mean of the members' probabilities, sharpened or softened by the band's temperature. */
export function calibrate(
  spec: CommonSpec,
  outputs: readonly Float32Array[],
  findings: number,
): Float64Array {
  const logs = new Float64Array(spec.urgent.length);
  for (let c = 0; c < logs.length; c++) {
    const mean = spec.members.reduce(
      (sum, { weight }, m) => sum + weight * (outputs[m]?.[c] ?? Number.NaN),
      0,
    );
    if (!(mean >= 0)) throw new RangeError('a member gave no probability');
    logs[c] = Math.log(mean + 1e-12);
  }
  return softmax(logs, inBand(spec.temperatures, findings).temperature);
}

/** P(common): mean likelihood ratio of the common rows against that of the orphan rows, on the fixed prior. */
export function gate(spec: OrphanSpec, scores: Scores, orphanCount: number): number {
  if (scores.queryTerms === 0) return spec.priorCommon;
  const orphan = logMeanExp(scores.byRow.subarray(0, orphanCount));
  const common = logMeanExp(scores.byRow.subarray(orphanCount));
  return 1 / (1 + Math.exp(orphan - common + Math.log((1 - spec.priorCommon) / spec.priorCommon)));
}

// Plain loops from here on: over ten thousand rows a callback an element costs a millisecond.

function logMeanExp(values: Float64Array): number {
  const max = greatest(values);
  let sum = 0;
  for (const value of values) sum += Math.exp(value - max);
  return max + Math.log(sum / values.length);
}

function softmax(scores: Float64Array, temperature: number): Float64Array {
  const max = greatest(scores);
  const weights = new Float64Array(scores.length);
  let total = 0;
  for (let i = 0; i < scores.length; i++) {
    const weight = Math.exp(((scores[i] as number) - max) / temperature);
    weights[i] = weight;
    total += weight;
  }
  for (let i = 0; i < weights.length; i++) weights[i] = (weights[i] as number) / total;
  return weights;
}

function greatest(values: Float64Array): number {
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > max) max = value;
  return max;
}

/** A condition with its place in {@link Bundle.conditions} and its probability. */
export interface Ranked {
  readonly row: number;
  readonly condition: Condition;
  readonly probability: number;
}

/** The `count` likeliest conditions, likeliest first, ties by code. */
export function top(bundle: Bundle, differential: Differential, count: number): Ranked[] {
  const { probabilities } = differential;
  const ranked: Ranked[] = [];
  for (let row = 0; row < probabilities.length; row++) {
    if (ranked.length === count && (probabilities[row] as number) < (ranked[count - 1] as Ranked).probability)
      continue;
    const entry = rankedAt(bundle, differential, row);
    const at = ranked.findIndex((other) => compare(entry, other) < 0);
    ranked.splice(at < 0 ? ranked.length : at, 0, entry);
    if (ranked.length > count) ranked.pop();
  }
  return ranked;
}

function rankedAt(bundle: Bundle, { probabilities }: Differential, row: number): Ranked {
  const [condition, probability] = [bundle.conditions[row], probabilities[row]];
  if (condition === undefined || probability === undefined) throw new RangeError(`no condition ${row}`);
  return { row, condition, probability };
}

/** Place (1 is the first) of a condition in the whole list. */
export function rankOf(bundle: Bundle, differential: Differential, row: number): number {
  const own = rankedAt(bundle, differential, row);
  let rank = 1;
  for (let other = 0; other < bundle.conditions.length; other++)
    if (other !== row && compare(rankedAt(bundle, differential, other), own) < 0) rank++;
  return rank;
}

function compare(a: Ranked, b: Ranked): number {
  const [first, second] = [a.condition.code, b.condition.code];
  return b.probability - a.probability || (first < second ? -1 : Number(first > second));
}
