/** Whether the findings are like any patient's that a layer knows, and whether they suffice to decide. */

import type { Banded } from './bundle.ts';
import { type Evidence, findingsRead } from './evidence.ts';
import { inBand } from './features.ts';

/** Points `[x, y]`, x ascending: linear between them, level outside. */
export type Curve = readonly (readonly [number, number])[];

/** A score read off a curve, and from where it matters. */
export interface ScoreSpec {
  readonly from: number;
  readonly bands: Banded<{ readonly curve: Curve }>;
}

/** As the manifest's `support` has it; fitted on held-out patients of all kinds. */
export interface SupportSpec {
  /** Share of patients with as many findings whom some condition explains better; by number of scored findings. */
  readonly ood: ScoreSpec;
  /** Expected share of patients whose condition is among the first three; by number of findings read. */
  readonly sufficiency: ScoreSpec;
}

export interface Support {
  /** 0-1; 0 where there are too few findings for a pattern. */
  readonly ood: number;
  /** No layer explains the pattern: it is not covered. */
  readonly outOfDistribution: boolean;
  /** 0-1. */
  readonly sufficiency: number;
  readonly lowSufficiency: boolean;
}

/**
 * Twin of `Support` in `whole/support.py`.
 *
 * @param byRow sums of log likelihood ratios of the orphan conditions, then of the trained ones.
 * @param first joint probabilities of the first three conditions of the list.
 */
export function support(
  spec: SupportSpec,
  evidence: Evidence,
  byRow: Float64Array,
  first: readonly number[],
): Support {
  const ood = unlikeness(spec.ood, evidence, byRow);
  const together = first.slice(0, 3).reduce((sum, p) => sum + p, 0);
  const sufficiency = at(inBand(spec.sufficiency.bands, findingsRead(evidence)).curve, together);
  return {
    ood,
    outOfDistribution: ood >= spec.ood.from,
    sufficiency,
    lowSufficiency: sufficiency < spec.sufficiency.from,
  };
}

function unlikeness({ bands }: ScoreSpec, evidence: Evidence, byRow: Float64Array): number {
  const { scored, attainable, coverage } = evidence;
  if (scored < (bands[0]?.minFindings ?? Number.POSITIVE_INFINITY)) return 0;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < byRow.length; row++) greatest = Math.max(greatest, byRow[row] as number);
  // How well the best condition of any layer explains the findings.
  const fit = Math.max(greatest / Math.max(attainable, 1e-9), coverage);
  return at(inBand(bands, scored).curve, fit);
}

/** The curve's height at `x`. */
export function at(curve: Curve, x: number): number {
  const next = curve.findIndex(([knot]) => knot > x);
  if (next === 0) return curve[0]?.[1] ?? Number.NaN;
  if (next < 0) return curve.at(-1)?.[1] ?? Number.NaN;
  const [x0, y0] = curve[next - 1] as readonly [number, number];
  const [x1, y1] = curve[next] as readonly [number, number];
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}
