import type { Bundle, CommonSpec, Condition } from './bundle.ts';
import { inBand } from './features.ts';

/** How much weight each part's list gets; they add up to 1. */
export interface GateWeights {
  readonly common: number;
  readonly broad: number;
  readonly orphan: number;
}

/** What each part says, were the patient one of its own: probabilities that add up to 1. */
export interface PartProbabilities {
  /** By class of the common part, "no relevant disease" last. */
  readonly common: Float64Array;
  /** By candidate of the broad layer. */
  readonly broad: Float64Array;
  /** By orphan condition. */
  readonly orphan: Float64Array;
}

/** The patient's one list of common and orphan conditions, with the parts that it was merged from. */
export interface Differential extends PartProbabilities {
  readonly gate: GateWeights;
  /** By index into {@link Bundle.conditions}; with {@link none} they add up to 1. */
  readonly probabilities: Float64Array;
  /** Of "no relevant disease", which is not listed. */
  readonly none: number;
}

/** One list: each part's probabilities times its weight; a condition that several parts know gets the sum. */
export function merge(bundle: Bundle, parts: PartProbabilities, gate: GateWeights): Differential {
  const { orphanCount } = bundle;
  const { common, broad, orphan } = parts;
  const probabilities = new Float64Array(bundle.conditions.length);
  for (let row = 0; row < orphanCount; row++) probabilities[row] = gate.orphan * (orphan[row] as number);
  for (let c = 0; c < common.length - 1; c++)
    probabilities[orphanCount + c] = gate.common * (common[c] as number);
  for (let i = 0; i < broad.length; i++) {
    const row = bundle.broad.rows[i] as number;
    probabilities[row] = (probabilities[row] as number) + gate.broad * (broad[i] as number);
  }
  return { ...parts, gate, probabilities, none: gate.common * (common.at(-1) as number) };
}

// Plain loops from here on: over ten thousand rows a callback an element costs a millisecond.

/** P(class | common): the meta-learner's probabilities, sharpened or softened by the band's temperature. */
export function calibrate(
  { temperatures }: CommonSpec,
  probabilities: Float32Array,
  findings: number,
): Float64Array {
  const { temperature } = inBand(temperatures, findings);
  const logits = new Float64Array(probabilities.length);
  for (let i = 0; i < logits.length; i++)
    logits[i] = Math.log((probabilities[i] as number) + 1e-12) / temperature;
  return softmax(logits);
}

/** exp of the logits, adding up to 1. */
export function softmax(logits: ArrayLike<number>): Float64Array {
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) if ((logits[i] as number) > max) max = logits[i] as number;
  const weights = new Float64Array(logits.length);
  let total = 0;
  for (let i = 0; i < logits.length; i++) {
    const weight = Math.exp((logits[i] as number) - max);
    weights[i] = weight;
    total += weight;
  }
  for (let i = 0; i < weights.length; i++) weights[i] = (weights[i] as number) / total;
  return weights;
}

/** A condition with its place in {@link Bundle.conditions} and its probability. */
export interface Ranked {
  readonly row: number;
  readonly condition: Condition;
  readonly probability: number;
}

type Listed = Pick<Differential, 'probabilities'>;

/** The `count` likeliest conditions (of `rows`, where given), likeliest first, ties by code. */
export function top(bundle: Bundle, differential: Listed, count: number, rows?: Iterable<number>): Ranked[] {
  const { probabilities } = differential;
  const ranked: Ranked[] = [];
  /** Of the last one, once the list is full. */
  let least = Number.NEGATIVE_INFINITY;
  const offer = (row: number): void => {
    if ((probabilities[row] as number) < least) return;
    const entry = rankedAt(bundle, differential, row);
    const at = ranked.findIndex((other) => compare(entry, other) < 0);
    ranked.splice(at < 0 ? ranked.length : at, 0, entry);
    if (ranked.length > count) ranked.pop();
    if (ranked.length === count) least = ranked.at(-1)?.probability ?? least;
  };
  if (rows) for (const row of rows) offer(row);
  else for (let row = 0; row < probabilities.length; row++) offer(row);
  return ranked;
}

function rankedAt(bundle: Bundle, { probabilities }: Listed, row: number): Ranked {
  const [condition, probability] = [bundle.conditions[row], probabilities[row]];
  if (condition === undefined || probability === undefined) throw new RangeError(`no condition ${row}`);
  return { row, condition, probability };
}

/** Place (1 is the first) of a condition in the whole list. */
export function rankOf(bundle: Bundle, differential: Listed, row: number): number {
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
