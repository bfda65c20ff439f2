/** Bounds of vital signs and the ages that they hold for: what every clinical file means by them. */

import type { Consciousness, Patient, Vitals } from './types.ts';

/** The vital signs that are a number. */
export type MeasuredVital = Exclude<keyof Vitals, 'supplemental_oxygen' | 'consciousness'>;

export interface Ages {
  /** Years, inclusive. */
  readonly age_from_years?: number;
  /** Years, exclusive. */
  readonly age_below_years?: number;
}

/** Exactly one limit, in the vital sign's unit. */
export interface Bound {
  readonly vital: MeasuredVital;
  /** Exclusive. */
  readonly below?: number;
  /** Inclusive. */
  readonly at_most?: number;
  /** Exclusive. */
  readonly above?: number;
  /** Inclusive. */
  readonly at_least?: number;
  /** Added to `below` for each completed year of age. */
  readonly per_completed_year?: number;
}

/** A bound, or levels of consciousness, at the ages given alone. */
export type VitalLimit = Ages &
  (Bound | { readonly vital: 'consciousness'; readonly values: readonly Consciousness[] });

/** The limit of a bound at some age. */
export type BoundAtAge = Omit<Bound, 'vital' | 'per_completed_year'>;

export function isOfAge({ age_from_years, age_below_years }: Ages, age: number): boolean {
  return (
    (age_from_years === undefined || age >= age_from_years) &&
    (age_below_years === undefined || age < age_below_years)
  );
}

/** Whether the value is beyond the bound. */
export function isBeyond(bound: Bound, value: number, age: number): boolean {
  const { below, at_most, above, at_least } = boundAt(bound, age);
  return (
    (below !== undefined && value < below) ||
    (at_most !== undefined && value <= at_most) ||
    (above !== undefined && value > above) ||
    (at_least !== undefined && value >= at_least)
  );
}

export function boundAt({ vital: _, per_completed_year = 0, ...bound }: Bound, age: number): BoundAtAge {
  if (bound.below === undefined) return bound;
  return { below: bound.below + per_completed_year * Math.floor(age) };
}

/** Which values the bound is about: those that are too low or those that are too high. */
export function sideOf({ below, at_most }: Bound): 'low' | 'high' {
  return below !== undefined || at_most !== undefined ? 'low' : 'high';
}

/** Whether the vital sign was measured and is beyond the limit, at this age. */
export function isMet(limit: VitalLimit, { age, vitals }: Pick<Patient, 'age' | 'vitals'>): boolean {
  if (!isOfAge(limit, age)) return false;
  if (limit.vital === 'consciousness')
    return vitals.consciousness !== undefined && limit.values.includes(vitals.consciousness);
  const value = vitals[limit.vital];
  return value !== undefined && isBeyond(limit, value, age);
}
