/** Runs the three parts and the gate, and merges them into one list. */

import { type Broad, type BroadQuery, broadPosterior, broadSummary, queryBroad } from './broad.ts';
import type { Bundle } from './bundle.ts';
import { calibrate, type Differential, merge, softmax } from './differential.ts';
import { type Evidence, readEvidence } from './evidence.ts';
import { encode, type Features, informativeFindings } from './features.ts';
import { type BroadSummary, gateFeatures, gateWeights } from './gate.ts';
import { type Likelihood, queryTerms, type Scores, score } from './likelihood.ts';
import { netTerms, orphanLogits } from './orphan.ts';
import type { Patient } from './types.ts';
import type { Typical } from './typical.ts';

/** The learned parts, run by an adapter. */
export interface Models {
  /** The stacked members: encoded patients, one after the other -> P(class) of each, "no relevant disease" last; not yet calibrated. */
  readonly common: (rows: Float32Array, patients: number) => Promise<Float32Array>;
  /** Terms of the query with all broader ones, ascending -> a score for each orphan condition. */
  readonly orphanNet: (terms: readonly number[]) => Promise<Float32Array>;
  /** Candidates' features, one after the other -> a score for each candidate. */
  readonly broad: (features: Float32Array, candidates: number) => Promise<Float32Array>;
  /** -> P(common), P(broad), P(orphan). */
  readonly gate: (features: Float32Array) => Promise<Float32Array>;
}

/** What the parts read besides the patient, made ready for queries. */
export interface ModelKnowledge {
  readonly bundle: Bundle;
  readonly likelihood: Likelihood;
  readonly broad: Broad;
  /** Information content by term. */
  readonly content: Float64Array;
  readonly typical: Typical;
}

/** What the parts saw and said of one patient. */
export interface PartsView {
  readonly features: Features;
  /** Terms that the likelihood ratios score. */
  readonly query: readonly number[];
  /** Likelihood ratios of the orphan and the trained conditions. */
  readonly scores: Scores;
  readonly broad: BroadQuery;
  readonly evidence: Evidence;
  /** What the gate's model read. */
  readonly gateRow: Float32Array;
  readonly differential: Differential;
}

/** A model could not be run, or gave what is no answer; `cause` says why. */
export class ModelFailure extends Error {
  override readonly name = 'ModelFailure';
}

/**
 * The one list, and what it was made from.
 *
 * @throws ModelFailure
 */
export async function runParts(
  knowledge: ModelKnowledge,
  patient: Patient,
  models: Models,
): Promise<PartsView> {
  const { bundle, likelihood, content } = knowledge;
  const { terms } = bundle.vocabulary;
  const { findings } = patient;
  const features = encode(bundle.features, terms, patient);
  const query = queryTerms(likelihood, findings);
  const broad = queryBroad(knowledge.broad, patient);
  const closure = netTerms(likelihood, query);
  // Begun before the likelihood ratios are summed up: the runtime works beside this thread.
  const outputs = Promise.all([
    runCommon(bundle, models, features.row, 1),
    ran(() => models.orphanNet(closure), areScores(bundle.orphanCount)),
    ran(() => models.broad(broad.features, bundle.broad.rows.length), areScores(bundle.broad.rows.length)),
  ]);
  const scores = score(likelihood, query);
  const [stacked, net, broadScores] = await outputs;
  const common = calibrate(bundle.common, stacked, informativeFindings(terms, findings));
  const orphan = softmax(orphanLogits(bundle.orphan.blend, bundle.orphan.facts, scores, net, patient));
  const fromTexts = broadPosterior(knowledge.broad, broad, broadScores);
  const evidence = readEvidence(content, bundle.orphan, terms, findings, query, broad);
  const gateRow = gateFeatures(
    evidence,
    scores.byRow,
    bundle.orphanCount,
    common,
    summaryOf(bundle, broad, fromTexts),
  );
  const weighed = await ran(() => models.gate(gateRow), areDistributions(1, 3));
  const gate = gateWeights(bundle.gate, weighed, evidence, common.at(-1) as number);
  const differential = merge(bundle, { common, broad: fromTexts, orphan }, gate);
  return { features, query, scores, broad, evidence, gateRow, differential };
}

/**
 * The stacked members' P(class) of encoded patients, one after the other.
 *
 * @throws ModelFailure
 */
export function runCommon(
  { trainedCount }: Bundle,
  models: Models,
  rows: Float32Array,
  patients: number,
): Promise<Float32Array> {
  return ran(() => models.common(rows, patients), areDistributions(patients, trainedCount + 1));
}

/** The layer's figures by the names that the gate has for them. */
function summaryOf(bundle: Bundle, query: BroadQuery, posterior: Float64Array): BroadSummary {
  const [best = 0, coverage = 0, topExplained = 0, top = 0, entropy = 0] = broadSummary(query, posterior);
  const { orphanCount, trainedCount } = bundle;
  const trained = posterior.reduce((sum, p, candidate) => {
    const row = bundle.broad.rows[candidate] as number;
    return row >= orphanCount && row < orphanCount + trainedCount ? sum + p : sum;
  }, 0);
  return { best, coverage, topExplained, top, entropy, trained };
}

/** A model's output, if it is one. */
async function ran(
  run: () => Promise<Float32Array>,
  isFine: (output: Float32Array) => boolean,
): Promise<Float32Array> {
  let output: Float32Array;
  try {
    output = await run();
  } catch (cause) {
    throw new ModelFailure('a model could not be run', { cause });
  }
  if (!isFine(output)) {
    const cause = new RangeError('a model gave what is no answer');
    throw new ModelFailure(cause.message, { cause });
  }
  return output;
}

const areDistributions = (count: number, length: number) => (output: Float32Array) => {
  if (output.length !== count * length) return false;
  for (let from = 0; from < output.length; from += length) {
    let sum = 0;
    for (let at = from; at < from + length; at++) {
      if (!((output[at] as number) >= 0)) return false;
      sum += output[at] as number;
    }
    if (!(Math.abs(sum - 1) < 1e-3)) return false;
  }
  return true;
};

const areScores = (length: number) => (output: Float32Array) => {
  let sum = 0;
  // A callback for each of ten thousand takes longer than they took to be computed.
  for (let i = 0; i < output.length; i++) sum += Math.abs(output[i] as number);
  return output.length === length && Number.isFinite(sum);
};
