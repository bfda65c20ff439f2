import { broadContributions } from './broad.ts';
import type { Bundle } from './bundle.ts';
import type { Features } from './features.ts';
import { ageBand, sexColumn, votes } from './features.ts';
import { summandsOf } from './likelihood.ts';
import type { ModelKnowledge, PartsView } from './parts.ts';
import type { Finding, Patient } from './types.ts';

/** What spoke for (> 0) and against (< 0) a condition, in natural logarithms of likelihood ratios. */
export interface Explanation {
  /** By finding, in the patient's order. */
  readonly findings: ReadonlyMap<Finding, number>;
  readonly age: number;
  readonly sex: number;
}

/**
 * Contributions to one condition of the list.
 *
 * Orphan condition: each finding's summand of the likelihood-ratio score; they add up to the score, in which age and
 * sex have no part. Trained condition: naive Bayes' exact log ratios; findings, age and sex add up to
 * sum over the known items, age and sex of ln P(value | condition) - ln P(value), P(value) being the mean over the
 * classes by their priors; an item that several findings decide is shared among them equally. Condition known from
 * texts alone: what findings, age and sex add to its logit in the broad layer, against the mean of all candidates.
 */
export function explain(
  { bundle, likelihood, broad }: ModelKnowledge,
  patient: Patient,
  { features, query }: Pick<PartsView, 'features' | 'query'>,
  row: number,
): Explanation {
  const { orphanCount, trainedCount } = bundle;
  if (row >= orphanCount + trainedCount)
    return broadContributions(broad, patient, bundle.broad.rows.indexOf(row));
  if (row >= orphanCount) return explainCommon(bundle, patient, features, row - orphanCount);
  const summands = summandsOf(likelihood, query, row);
  const own = (finding: Finding) => (finding.present ? (summands.get(finding.term) ?? 0) : 0);
  return { findings: new Map(patient.findings.map((finding) => [finding, own(finding)])), age: 0, sex: 0 };
}

function explainCommon(bundle: Bundle, patient: Patient, features: Features, row: number): Explanation {
  const { tables } = bundle.common;
  const logRatio = (probability: (c: number) => number): number => {
    const mean = tables.prior.reduce((sum, prior, c) => sum + prior * probability(c), 0);
    return Math.log(probability(row) / mean);
  };
  const deciders = new Map<number, Set<Finding>>();
  for (const { finding, item, value } of votes(bundle.vocabulary.terms, patient.findings)) {
    if (features.items[item] !== value) continue;
    const others = deciders.get(item);
    if (others === undefined) deciders.set(item, new Set([finding]));
    else others.add(finding);
  }
  const findings = new Map(patient.findings.map((finding) => [finding, 0]));
  for (const [item, by] of deciders) {
    const total = logRatio((c) => {
      const present = tables.present[c]?.[item] ?? Number.NaN;
      return features.items[item] === 1 ? present : 1 - present;
    });
    for (const finding of by) findings.set(finding, (findings.get(finding) ?? 0) + total / by.size);
  }
  const band = ageBand(bundle.features.ageBands, patient.age);
  const sex = sexColumn(patient.gender);
  return {
    findings,
    age: logRatio((c) => tables.age[c]?.[band] ?? Number.NaN),
    sex: sex === undefined ? 0 : logRatio((c) => tables.sex[c]?.[sex] ?? Number.NaN),
  };
}
