/** Scores of vital signs that are made for one condition, as CRB-65 for pneumonia. */

import type { Consciousness, Localised, Patient, Source } from './types.ts';
import { type Bound, isBeyond } from './vital-bounds.ts';
import { type AppliesWith, applies } from './vitals.ts';

interface Criterion {
  readonly id: string;
  readonly label: Localised;
  /** One point where any of these is crossed, or the consciousness or the age is one of these. */
  readonly any_of?: readonly Bound[];
  readonly consciousness?: readonly Consciousness[];
  readonly age_from_years?: number;
}

/** A score of `data/clinical/vital_limits.json`: a point for each criterion that is met. */
export interface VitalScore {
  readonly id: string;
  readonly title: Localised;
  readonly age_from_years: number;
  readonly applies_with: AppliesWith;
  readonly criteria: readonly Criterion[];
  readonly bands: readonly { readonly min: number; readonly max: number; readonly risk: Localised }[];
  readonly source: Source;
}

/** A score of this patient. */
export interface Scored {
  readonly id: string;
  readonly title: Localised;
  /** A lower bound unless nothing is missing. */
  readonly points: number;
  readonly of: number;
  readonly met: readonly Criterion[];
  /** Criteria that could not be judged. */
  readonly missing: readonly Criterion[];
  /** What the points mean; null where something is missing. */
  readonly risk: Localised | null;
  readonly source: Source;
}

/**
 * The scores that concern this patient and of which some vital sign was measured.
 *
 * @param likely keys of the trained conditions that are likely.
 */
export function vitalScores(
  scores: readonly VitalScore[],
  patient: Patient,
  likely: ReadonlySet<string>,
): Scored[] {
  return scores.flatMap((score) => {
    if (!applies(score, patient, likely)) return [];
    const judged = score.criteria.map((criterion) => ({
      criterion,
      met: isCriterionMet(criterion, patient),
    }));
    if (judged.every(({ criterion, met }) => met === undefined || criterion.age_from_years !== undefined))
      return [];
    const met = judged.filter((one) => one.met).map(({ criterion }) => criterion);
    const missing = judged.filter((one) => one.met === undefined).map(({ criterion }) => criterion);
    const band = score.bands.find(({ min, max }) => met.length >= min && met.length <= max);
    const { id, title, source } = score;
    const risk = missing.length === 0 && band ? band.risk : null;
    return [{ id, title, points: met.length, of: score.criteria.length, met, missing, risk, source }];
  });
}

/** Undefined where nothing was measured that could tell, or one of two pressures alone and it is fine. */
function isCriterionMet(
  { any_of, consciousness, age_from_years }: Criterion,
  patient: Patient,
): boolean | undefined {
  if (age_from_years !== undefined) return patient.age >= age_from_years;
  if (consciousness) {
    const told = patient.vitals.consciousness;
    return told === undefined ? undefined : consciousness.includes(told);
  }
  const bounds = any_of ?? [];
  const values = bounds.map((bound) => patient.vitals[bound.vital]);
  if (bounds.some((bound, i) => values[i] !== undefined && isBeyond(bound, values[i] as number, patient.age)))
    return true;
  return values.includes(undefined) ? undefined : false;
}
