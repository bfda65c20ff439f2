/** What the broad layer's conditions owe to each finding. */

import { saturation } from './broad-confidence.ts';
import {
  ABSENT,
  AGE,
  addTerm,
  BM25,
  CHIEF_EXPLAINED,
  CHIEF_LIKELIHOOD,
  EXPLAINED,
  entriesOf,
  LIKELIHOOD,
  MENTIONED,
  momentsOf,
  PAST_EXPLAINED,
  PAST_LIKELIHOOD,
  PROFILE,
  rawFeatures,
  SEX,
  skippedBy,
} from './broad-features.ts';
import { chiefOf, knownFindings, sumOf } from './broad-findings.ts';
import { type Broad, LEAST_SPREAD } from './broad-tables.ts';
import type { Effects } from './explanation.ts';
import type { Finding, Patient } from './types.ts';

/**
 * Each finding's part in the logits of some possible candidates, against the mean of all candidates; a finding that the layer
 * does not read has 0. Findings, age and sex add up to the logit: where it saturates, each in its proportion.
 */
export function broadContributions(broad: Broad, patient: Patient, candidates: readonly number[]): Effects[] {
  const { spec } = broad;
  const known = knownFindings(broad, patient.findings);
  const raw = rawFeatures(broad, patient, known);
  const spreads = raw.map((values, feature) => momentsOf(values, skippedBy(broad, feature)).spread);
  /** How far a feature, or a part of one, lifts the score of each candidate asked for; `values` by candidate. */
  const lifts = (feature: number, values: (row: number) => number): number[] => {
    const skipped = skippedBy(broad, feature);
    const spread = spreads[feature] as number;
    if (spread <= LEAST_SPREAD) return candidates.map(() => 0);
    let sum = 0;
    let of = 0;
    for (let row = 0; row < broad.count; row++) {
      if (skipped[row] === 1) continue;
      sum += values(row);
      of++;
    }
    const unit = (spec.weights[feature] as number) / spread;
    return candidates.map((candidate) =>
      skipped[candidate] === 1 ? 0 : unit * (values(candidate) - sum / of),
    );
  };
  const parts = candidates.map(
    () => new Map<Finding, number>(patient.findings.map((finding) => [finding, 0])),
  );
  const add = (finding: Finding, feature: number, values: (row: number) => number) => {
    lifts(feature, values).forEach((lift, i) => {
      parts[i]?.set(finding, (parts[i].get(finding) ?? 0) + lift);
    });
  };
  const chief = chiefOf(broad, patient.findings, known);
  const told = {
    today: sumOf(known.filter(({ past }) => !past)),
    past: sumOf(known.filter(({ past }) => past)),
  };
  const sharers = new Map<number, number>();
  for (const { above } of known)
    for (const { term } of above) sharers.set(term, (sharers.get(term) ?? 0) + 1);
  for (const one of known) {
    const { finding, past, information } = one;
    const own = entriesOf(broad, one);
    const profile = new Float64Array(broad.count);
    for (const { term } of one.above)
      addTerm(broad.spec.clinical, broad.profile, term, profile, 1 / (sharers.get(term) ?? 1));
    add(finding, BM25, (row) => own.bm25[row] as number);
    add(finding, PROFILE, (row) => profile[row] as number);
    add(finding, past ? PAST_LIKELIHOOD : LIKELIHOOD, (row) => own.likelihood[row] as number);
    add(
      finding,
      past ? PAST_EXPLAINED : EXPLAINED,
      (row) => (own.explained[row] as number) / (past ? told.past : told.today),
    );
    if (!past) add(finding, MENTIONED, (row) => (own.mentioned[row] as number) / told.today);
    if (one === chief) {
      add(finding, CHIEF_LIKELIHOOD, (row) => own.likelihood[row] as number);
      add(finding, CHIEF_EXPLAINED, (row) => (own.explained[row] as number) / information);
    }
  }
  for (const finding of patient.findings) {
    if (finding.present) continue;
    const denied = new Float64Array(broad.count);
    addTerm(spec.clinical, broad.absent, finding.term, denied, 1);
    add(finding, ABSENT, (row) => denied[row] as number);
  }
  const of = (feature: number) => lifts(feature, (row) => (raw[feature] as Float64Array)[row] as number);
  const saturated = saturation(spec, known.length);
  const [ages, sexes] = [of(AGE), of(SEX)];
  return parts.map((findings, i) => {
    const [age, sex] = [ages[i] as number, sexes[i] as number];
    const score = [...findings.values()].reduce((sum, part) => sum + part, age + sex);
    const unit = score === 0 ? 0 : saturated(score) / score;
    return {
      findings: new Map([...findings].map(([finding, part]) => [finding, part * unit])),
      age: age * unit,
      sex: sex * unit,
    };
  });
}
