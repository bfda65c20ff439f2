/** Findings and vital signs that contradict each other: remarked on, never refused. */

import type { Consciousness, Finding, Localised, Patient, Source, Vitals } from './types.ts';
import { type Bound, isBeyond } from './vital-bounds.ts';

/** A finding told so, and a vital sign beyond the bound or a consciousness that says otherwise. */
export interface InconsistentPair {
  readonly id: string;
  readonly finding: string;
  readonly told: 'present' | 'absent';
  readonly age_from_years: number;
  readonly bound?: Bound;
  readonly consciousness?: readonly Consciousness[];
  readonly message: Localised;
  readonly source: Source;
}

/** `data/clinical/consistency.json`. */
export interface ConsistencyFile {
  readonly reviewed_by_clinician: boolean;
  readonly pairs: readonly InconsistentPair[];
}

export interface Inconsistency {
  readonly finding: Finding;
  readonly vital: keyof Vitals;
  readonly message: Localised;
}

/** The pairs that the patient's data meet. The history is not held against what is measured today. */
export function inconsistencies({ pairs }: ConsistencyFile, patient: Patient): Inconsistency[] {
  return pairs.flatMap(({ finding: id, told, age_from_years, bound, consciousness = [], message }) => {
    const isTold = told === 'present';
    const finding = patient.findings.find((one) => one.id === id && one.present === isTold && !one.history);
    if (!finding || patient.age < age_from_years) return [];
    const vital: keyof Vitals = bound?.vital ?? 'consciousness';
    const isAgainst = bound
      ? isBeyond(bound, patient.vitals[bound.vital] ?? Number.NaN, patient.age)
      : consciousness.some((level) => level === patient.vitals.consciousness);
    return isAgainst ? [{ finding, vital, message }] : [];
  });
}
