/** Why each condition of the list stands where it does. */

import { candidateOf } from './broad-tables.ts';
import type { Ranked } from './differential.ts';
import { broadContributions } from './explanation-broad.ts';
import { type Attribution, explainCommon } from './explanation-common.ts';
import { notAsked, unexplainedBy } from './explanation-evidence.ts';
import { encode } from './features.ts';
import { queryTerms, summandsOf } from './likelihood.ts';
import type { ModelKnowledge, Models } from './parts.ts';
import type { QuestionIndex } from './questions-index.ts';
import { openFindings } from './questions-open.ts';
import { type SimilarPatient, similarPatients } from './similar.ts';
import type { Finding, Patient } from './types.ts';
import type { TypicalFinding } from './typical.ts';

/** What spoke for (> 0) and against (< 0) a condition, in the unit of its method. */
export interface Effects {
  /** By finding, in the patient's order; 0 where it says nothing. */
  readonly findings: ReadonlyMap<Finding, number>;
  readonly age: number;
  readonly sex: number;
}

/** How the effects were reckoned, which decides their unit: probability, ln likelihood ratio, logit. */
export type Method = 'shapley' | 'likelihood_ratio' | 'profile_features';

export interface ConditionExplanation {
  readonly method: Method;
  /** The effects add up to what they explain with no sampling error. */
  readonly exact: boolean;
  /** With baseline and value where the method is `shapley`. */
  readonly effects: Effects & Partial<Attribution>;
  /** Complaints of today that the condition does not explain. */
  readonly unexplained: readonly Finding[];
  readonly notAsked: readonly TypicalFinding[];
  /** Of an orphan condition, most similar first. */
  readonly similar: readonly SimilarPatient[];
}

export interface ListExplanation {
  /** Of each condition shown, in the list's order. */
  readonly conditions: readonly ConditionExplanation[];
  /** Of the urgent trained conditions' probability together, within the common part; exact as stated. */
  readonly urgency: Attribution & { readonly exact: boolean };
}

/**
 * Explains the conditions shown, each by the part that it is known to.
 *
 * Trained condition: Shapley values of the served ensemble, in probability within the common part. Orphan condition:
 * each finding's summand of the likelihood-ratio score, in which age and sex have no part. Condition known from texts
 * alone: what findings, age and sex add to its logit, against the mean of all candidates.
 *
 * @throws ModelFailure
 */
export async function explain(
  knowledge: ModelKnowledge & { readonly questions: QuestionIndex },
  patient: Patient,
  shown: readonly Ranked[],
  models: Models,
): Promise<ListExplanation> {
  const { bundle, broad, likelihood, content } = knowledge;
  const { orphanCount, trainedCount } = bundle;
  const rows = shown.map(({ row }) => row);
  const classes = rows.map((row) => row - orphanCount).filter((c) => c >= 0 && c < trainedCount);
  const common = await explainCommon(bundle, models, patient, classes);
  const texts = rows.filter((row) => row >= orphanCount + trainedCount);
  const candidates = texts.map((row) => candidateOf(broad, row));
  const contributions = texts.length > 0 ? broadContributions(broad, patient, candidates) : [];
  const query = queryTerms(likelihood, patient.findings);
  const features = encode(bundle.features, bundle.vocabulary.terms, patient);
  const isOpen = openFindings(knowledge.questions, patient, features);

  const byMethod = (row: number): Pick<ConditionExplanation, 'method' | 'exact' | 'effects'> => {
    const attribution = common.classes.get(row - orphanCount);
    if (attribution) return { method: 'shapley', exact: common.exact, effects: attribution };
    const contribution = contributions[texts.indexOf(row)];
    if (contribution) return { method: 'profile_features', exact: true, effects: contribution };
    const summands = summandsOf(likelihood, query, row);
    const own = ({ present, term }: Finding) => (present ? (summands.get(term) ?? 0) : 0);
    const findings = new Map(patient.findings.map((finding) => [finding, own(finding)]));
    return { method: 'likelihood_ratio', exact: true, effects: { findings, age: 0, sex: 0 } };
  };
  return {
    conditions: rows.map((row) => ({
      ...byMethod(row),
      unexplained: unexplainedBy(knowledge, patient, row),
      notAsked: notAsked(knowledge.typical, isOpen, row),
      similar: similarPatients(likelihood, content, patient.findings, bundle.orphan.published[row] ?? []),
    })),
    urgency: { ...common.urgency, exact: common.exact },
  };
}
