import {
  BROAD_FEATURES,
  EXPLAINED,
  LIKELIHOOD,
  momentsOf,
  rawFeatures,
  skippedBy,
} from './broad-features.ts';
import { knownFindings, strangeFindings, sumOf } from './broad-findings.ts';
import { canHave } from './broad-people.ts';
import { type Broad, greatest, LEAST_SPREAD } from './broad-tables.ts';
import type { Patient } from './types.ts';

export { broadPosterior } from './broad-confidence.ts';
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
  const strange = strangeFindings(patient.findings, known) * broad.mostInformation;
  const share = told > 0 ? told / (told + strange) : 0;
  const possible = Uint8Array.from(broad.spec.limits, (limits) => Number(canHave(patient, limits)));
  const coverage = (raw[EXPLAINED] as Float64Array).map(
    (explained, row) => explained * share * (possible[row] as number),
  );
  const bestLikelihood = greatest((raw[LIKELIHOOD] as Float64Array).filter((_, row) => possible[row] === 1));
  return { features, known: known.length, possible, bestLikelihood, coverage };
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
