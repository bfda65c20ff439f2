import type { Bundle } from './bundle.ts';
import type { Differential, Ranked } from './differential.ts';
import { merge, top } from './differential.ts';
import type { Explanation } from './explanation.ts';
import { explain } from './explanation.ts';
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
  /** Null where the models failed. */
  readonly model: ModelView | null;
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
 * first and stand whatever else fails.
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
  const score =
    patient.age < NEWS2_FROM || patient.pregnant ? null : news2(patient.vitals, knowledge.rules.chart);
  try {
    const model = await consult(knowledge, patient, runMembers);
    const { bundle, severities } = knowledge;
    const result = triage(bundle, severities, patient, model.differential, fired, unknownFindings);
    return { fired, news2: score, model, triage: result };
  } catch (cause) {
    if (fired.length === 0) throw new ModelUnavailableError('no model and no rule', { cause });
    return { fired, news2: score, model: null, triage: triageByRules(patient, unknownFindings) };
  }
}

async function consult(
  { bundle, likelihood }: Knowledge,
  patient: Patient,
  runMembers: RunMembers,
): Promise<ModelView> {
  const features = encode(bundle.features, bundle.vocabulary.terms, patient);
  const informative = informativeFindings(bundle.vocabulary.terms, patient.findings);
  const outputs = await runMembers(features.row);
  const scores = scoreConditions(likelihood, patient.findings);
  const differential = merge(bundle, outputs, scores, informative);
  const shown = top(bundle, differential, SHOWN);
  const [first] = shown;
  if (first === undefined) throw new RangeError('the bundle has no condition');
  return { differential, top: shown, explanation: explain(bundle, likelihood, patient, features, first.row) };
}
