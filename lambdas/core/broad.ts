import {
  ABSENT,
  AGE,
  addTerm,
  BM25,
  BROAD_FEATURES,
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
import { chiefOf, knownFindings, strangeFindings, sumOf } from './broad-findings.ts';
import { canHave } from './broad-people.ts';
import { type Broad, greatest, LEAST_SPREAD } from './broad-tables.ts';
import { inBand } from './features.ts';
import type { Finding, Patient } from './types.ts';

export { type Broad, type BroadSpec, type BroadTable, prepareBroad } from './broad-tables.ts';

/** What the layer computed of one patient. */
export interface BroadQuery {
  /** z-scored over the candidates; the scorer's input, one candidate after the other. */
  readonly features: Float32Array;
  /** How many findings the layer knows. */
  readonly known: number;
  /** 1 for the candidates that somebody of the patient's sex and age can have. */
  readonly possible: Uint8Array;
  /** Greatest sum of ln likelihood ratios of a possible one. */
  readonly bestLikelihood: number;
  /** Share of the findings of today that each candidate explains, unknown ones counted, 0-1; 0 of the impossible. */
  readonly coverage: Float64Array;
}

/** Features of every candidate, twin of `broad/features.py`. */
export function queryBroad(broad: Broad, patient: Patient): BroadQuery {
  const { count } = broad;
  const known = knownFindings(broad, patient.findings);
  const raw = rawFeatures(broad, patient, known);
  const features = new Float32Array(count * BROAD_FEATURES);
  raw.forEach((values, feature) => {
    const skipped = skippedBy(broad, feature);
    const { mean, spread } = momentsOf(values, skipped);
    if (spread <= LEAST_SPREAD) return;
    for (let row = 0; row < count; row++) {
      if (skipped[row] === 0)
        features[row * BROAD_FEATURES + feature] = ((values[row] as number) - mean) / spread;
    }
  });
  const told = sumOf(known.filter(({ past }) => !past));
  const strange = strangeFindings(broad, patient.findings, known) * broad.mostInformation;
  const share = told > 0 ? told / (told + strange) : 0;
  const possible = Uint8Array.from(broad.spec.limits, (limits) => Number(canHave(patient, limits)));
  const coverage = (raw[EXPLAINED] as Float64Array).map(
    (explained, row) => explained * share * (possible[row] as number),
  );
  const bestLikelihood = greatest((raw[LIKELIHOOD] as Float64Array).filter((_, row) => possible[row] === 1));
  return { features, known: known.length, possible, bestLikelihood, coverage };
}

/** The scorer's output as logits: softmax gives the posterior over the candidates. -Infinity of the impossible. */
export function broadLogits(
  { spec }: Broad,
  { known, possible }: BroadQuery,
  scores: ArrayLike<number>,
): Float64Array {
  const { temperature } = inBand(spec.temperatures, known);
  return Float64Array.from(scores, (score, row) =>
    possible[row] === 1 ? score / temperature : Number.NEGATIVE_INFINITY,
  );
}

/**
 * What the gate reads: best sum of ln likelihood ratios, best share of the findings explained, that of the top
 * candidate, its probability, entropy in nats, number of known findings.
 */
export function broadSummary(query: BroadQuery, posterior: Float64Array): number[] {
  let top = 0;
  let entropy = 0;
  for (let row = 0; row < posterior.length; row++) {
    const p = posterior[row] as number;
    if (p > (posterior[top] as number)) top = row;
    entropy -= p * Math.log(Math.max(p, 1e-300));
  }
  const best = greatest(query.coverage);
  return [
    query.bestLikelihood,
    best,
    query.coverage[top] as number,
    posterior[top] as number,
    entropy,
    query.known,
  ];
}

/** What spoke for (> 0) and against (< 0) a candidate, in units of its logit, against the mean of all candidates. */
export interface BroadContributions {
  /** By finding, in the patient's order; a finding that the layer does not read has 0. */
  readonly findings: ReadonlyMap<Finding, number>;
  readonly age: number;
  readonly sex: number;
}

/** Each finding's part in the logit of a possible candidate; findings, age and sex add up to it. */
export function broadContributions(broad: Broad, patient: Patient, candidate: number): BroadContributions {
  const { spec } = broad;
  const known = knownFindings(broad, patient.findings);
  const raw = rawFeatures(broad, patient, known);
  const { temperature } = inBand(spec.temperatures, known.length);
  const spreads = raw.map((values, feature) => momentsOf(values, skippedBy(broad, feature)).spread);
  /** How far a feature, or a part of one, lifts the logit: `values` by candidate. */
  const lift = (feature: number, values: (row: number) => number): number => {
    const skipped = skippedBy(broad, feature);
    const spread = spreads[feature] as number;
    if (spread <= LEAST_SPREAD || skipped[candidate] === 1) return 0;
    let sum = 0;
    let of = 0;
    for (let row = 0; row < broad.count; row++) {
      if (skipped[row] === 1) continue;
      sum += values(row);
      of++;
    }
    return ((spec.weights[feature] as number) * (values(candidate) - sum / of)) / spread / temperature;
  };
  const parts = new Map(patient.findings.map((finding) => [finding, 0]));
  const add = (finding: Finding, feature: number, values: (row: number) => number) =>
    parts.set(finding, (parts.get(finding) ?? 0) + lift(feature, values));
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
  const of = (feature: number) => lift(feature, (row) => (raw[feature] as Float64Array)[row] as number);
  return { findings: parts, age: of(AGE), sex: of(SEX) };
}
