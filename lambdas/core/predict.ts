import type { Bundle, CommonSpec } from './bundle.ts';
import type { Differential, Ranked } from './differential.ts';
import { merge, top } from './differential.ts';
import type { Explanation } from './explanation.ts';
import { explain } from './explanation.ts';
import type { Features } from './features.ts';
import { encode, informativeFindings } from './features.ts';
import type { Likelihood } from './likelihood.ts';
import { score as scoreConditions } from './likelihood.ts';
import type { News2Score } from './news2.ts';
import { news2 } from './news2.ts';
import type { CompiledRules } from './redflags.ts';
import { fireRules } from './redflags.ts';
import type { ConditionSeverities, Triage } from './triage.ts';
import { triage, triageByRules } from './triage.ts';
import type { FiredRule, Patient } from './types.ts';

/** All that a prediction is made from, besides the patient. */
export interface Knowledge {
  readonly bundle: Bundle;
  readonly likelihood: Likelihood;
  readonly rules: CompiledRules;
  readonly severities: ConditionSeverities;
}

/** Runs the common members on one feature row: probabilities by class, in the members' order. */
export type RunMembers = (row: Float32Array) => Promise<Float32Array[]>;

/** What the models say. */
export interface ModelView {
  readonly differential: Differential;
  /** The conditions to show, likeliest first. */
  readonly top: readonly Ranked[];
  /** Of the first condition. */
  readonly explanation: Explanation;
}

export interface Prediction {
  readonly fired: readonly FiredRule[];
  /** Null under 16 years, in pregnancy, or without vital signs. */
  readonly news2: News2Score | null;
  /** Vital signs were given that nothing evaluates: NEWS2 is not for this patient. */
  readonly vitalsNotScored: boolean;
  /** Null where the models failed. */
  readonly model: ModelView | null;
  /** What made the models fail; undefined where they did not. */
  readonly failure?: unknown;
  readonly triage: Triage;
}

/** The models failed and no rule fired: there is nothing to answer with. */
export class ModelUnavailableError extends Error {
  override readonly name = 'ModelUnavailableError';
}

const SHOWN = 10;
/** Years from which NEWS2 may be used (Royal College of Physicians, 2017). */
const NEWS2_FROM = 16;

/**
 * One prediction, straight on: rules, features, members, likelihood ratios, list, explanation, triage. The rules come
 * first and stand where the models fail. Only running the members counts as that: a defect of our own is thrown.
 *
 * @param unknownFindings whether the request named findings that the patient therefore lacks.
 * @throws ModelUnavailableError
 */
export async function predict(
  knowledge: Knowledge,
  patient: Patient,
  unknownFindings: boolean,
  runMembers: RunMembers,
): Promise<Prediction> {
  const fired = fireRules(knowledge.rules, patient);
  const isScorable = patient.age >= NEWS2_FROM && !patient.pregnant;
  const score = isScorable ? news2(patient.vitals, knowledge.rules.chart) : null;
  const hasVitals = Object.keys(patient.vitals).length > 0;
  const vitalsNotScored = !isScorable && hasVitals;
  const ruled = { fired, news2: score, vitalsNotScored };
  const vitalsMayBeAbnormal = hasVitals && (score === null || score.score > 0);
  const gaps = { unknownFindings, vitalsNotScored, vitalsMayBeAbnormal };

  const { bundle, severities } = knowledge;
  const features = encode(bundle.features, bundle.vocabulary.terms, patient);
  let outputs: readonly Float32Array[];
  try {
    outputs = probabilities(bundle.common, await runMembers(features.row));
  } catch (cause) {
    if (fired.length === 0) throw new ModelUnavailableError('the models failed and no rule fired', { cause });
    return { ...ruled, model: null, failure: cause, triage: triageByRules(patient, gaps) };
  }
  const model = view(knowledge, patient, features, outputs);
  return { ...ruled, model, triage: triage(bundle, severities, patient, model.differential, fired, gaps) };
}

/** @throws RangeError where a member gave no probability of each class. */
function probabilities({ members, urgent }: CommonSpec, outputs: readonly Float32Array[]): typeof outputs {
  const isWhole = (output: Float32Array) =>
    output.length === urgent.length &&
    output.every((p) => p >= 0) &&
    Math.abs(output.reduce((sum, p) => sum + p, 0) - 1) < 1e-3;
  if (outputs.length !== members.length || !outputs.every(isWhole))
    throw new RangeError('a member gave no probability');
  return outputs;
}

function view(
  { bundle, likelihood }: Knowledge,
  patient: Patient,
  features: Features,
  outputs: readonly Float32Array[],
): ModelView {
  const informative = informativeFindings(bundle.vocabulary.terms, patient.findings);
  const scores = scoreConditions(likelihood, patient.findings);
  const differential = merge(bundle, outputs, scores, informative);
  const shown = top(bundle, differential, SHOWN);
  const [first] = shown;
  if (first === undefined) throw new RangeError('the bundle has no condition');
  return { differential, top: shown, explanation: explain(bundle, likelihood, patient, features, first.row) };
}
