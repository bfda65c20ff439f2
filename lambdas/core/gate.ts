/** The gate between the parts: what it reads, and what it says. */

import type { GateWeights } from './differential.ts';
import { type Evidence, findingsRead } from './evidence.ts';

/** What the gate reads of the broad layer. */
export interface BroadSummary {
  /** Greatest sum of log likelihood ratios of a candidate. */
  readonly best: number;
  /** Greatest share of the findings that a candidate explains, 0-1. */
  readonly coverage: number;
  /** That share, and the probability, of the likeliest candidate. */
  readonly topExplained: number;
  readonly top: number;
  /** Of the candidates' probabilities, in nats. */
  readonly entropy: number;
  /** Probability of the trained conditions together, which are among the candidates: the trained parts know no others. */
  readonly trained: number;
}

const LEAST_MASS = 1e-6;

/** As the manifest's `gate` has it. */
export interface GateSpec {
  /** Names of the features, in order. */
  readonly features: readonly string[];
  /** P(common), P(broad), P(orphan) of a patient of whom no layer reads anything. */
  readonly prior: GateWeights;
}

/**
 * What the gate reads; twin of `gate_features` in `whole/gate.py`.
 *
 * @param byRow sums of log likelihood ratios of the orphan conditions, then of the trained ones.
 * @param common P(class | common), calibrated.
 */
export function gateFeatures(
  evidence: Evidence,
  byRow: Float64Array,
  orphanCount: number,
  common: Float64Array,
  broad: BroadSummary,
): Float32Array {
  const scored = Math.max(1, evidence.scored);
  const present = Math.max(1, evidence.present);
  const orphan = summarise(byRow.subarray(0, orphanCount));
  const trained = summarise(byRow.subarray(orphanCount));
  const entropy = entropyOf(common) / Math.log(common.length);
  const lnFindings = Math.log1p(findingsRead(evidence));
  const lnTrained = Math.log(broad.trained + LEAST_MASS);
  const orphanMean = orphan.logMeanExp / Math.sqrt(scored);
  const trainedMean = trained.logMeanExp / Math.sqrt(scored);
  return Float32Array.of(
    orphanMean,
    orphan.greatest / scored,
    trainedMean,
    trained.greatest / scored,
    common.reduce((a, b) => Math.max(a, b)),
    entropy,
    common.at(-1) ?? Number.NaN,
    evidence.readable / present,
    evidence.scored / present,
    evidence.icMean,
    evidence.icMax,
    lnFindings,
    orphanMean * lnFindings,
    trainedMean * lnFindings,
    entropy * lnFindings,
    evidence.icMean * lnFindings,
    broad.best / Math.max(1, evidence.known),
    broad.coverage,
    broad.topExplained,
    broad.top,
    broad.entropy,
    lnTrained,
    lnTrained * lnFindings,
  );
}

/**
 * Twin of `MOST_ORPHAN` in `whole/gate.py`: one or two findings are no pattern, however telling each is, and three hardly.
 * P(orphan) stays under every suspicion with one, below one half with two and below a high suspicion with three.
 */
const MOST_ORPHAN: readonly number[] = [1, 0.19, 0.4, 0.65];
/**
 * Twin of `MOST_COMMON`: one finding does not make it likelier than before that the patient has a trained condition. The
 * training data know no others, so what a single one of them shows would name that one.
 */
const MOST_COMMON = 0.45;

/**
 * How much weight each part's list gets: what the gate's model says, and the prior where no layer reads any finding.
 *
 * @param well P("no relevant disease" | common).
 * @throws {RangeError} where the model gave no three probabilities.
 */
export function gateWeights(
  spec: GateSpec,
  output: Float32Array,
  evidence: Evidence,
  well: number,
): GateWeights {
  const read = findingsRead(evidence);
  if (read === 0) return spec.prior;
  const [common = Number.NaN, broad = Number.NaN, orphan = Number.NaN] = output;
  const sum = common + broad + orphan;
  if (!(Math.abs(sum - 1) < 1e-3)) throw new RangeError('the gate gave no probabilities');
  const held = heldBack({ common, broad, orphan: orphan / sum }, MOST_ORPHAN[read] ?? 1);
  return read === 1 ? notCommonByOne(held, well) : held;
}

/** P(orphan) at most `most`; common and broad share what is left as they did. */
function heldBack({ common, broad, orphan }: GateWeights, most: number): GateWeights {
  const factor = (1 - Math.min(orphan, most)) / Math.max(common + broad, 1e-12);
  return { common: common * factor, broad: broad * factor, orphan: 1 - (common + broad) * factor };
}

/** What exceeds it is broad's; the share of the well stays out of it. */
function notCommonByOne({ common, broad, orphan }: GateWeights, well: number): GateWeights {
  const least = Math.min(common, MOST_COMMON / Math.max(1 - well, MOST_COMMON));
  return { common: least, broad: broad + common - least, orphan };
}

// Plain loops: over ten thousand rows a callback an element costs a millisecond.
function summarise(values: Float64Array): { greatest: number; logMeanExp: number } {
  let greatest = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < values.length; row++) greatest = Math.max(greatest, values[row] as number);
  let sum = 0;
  for (let row = 0; row < values.length; row++) sum += Math.exp((values[row] as number) - greatest);
  return { greatest, logMeanExp: greatest + Math.log(sum / values.length) };
}

function entropyOf(probabilities: Float64Array): number {
  return -probabilities.reduce((sum, p) => sum + p * Math.log(p + 1e-12), 0);
}
