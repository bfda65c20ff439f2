/** The course of what the patient most likely has, as the sources state it. */

import type { Differential } from './differential.ts';
import type { Course } from './severity.ts';
import type { PatientCourse, StatedCourse } from './types.ts';

export type ClinicalCourse = Course | StatedCourse;

/** A condition that may be either says nothing. */
const MEANS: Readonly<Record<ClinicalCourse, PatientCourse>> = {
  acute: 'ACUTE',
  acute_on_chronic: 'ACUTE',
  acute_or_chronic: 'UNKNOWN',
  chronic: 'CHRONIC',
  recurrent: 'RECURRENT',
};

/**
 * The course that the conditions of more than half of the probability of disease share, else UNKNOWN.
 *
 * @param courses by row; null where nobody states it.
 */
export function courseOf(
  courses: readonly (ClinicalCourse | null)[],
  { probabilities, none }: Pick<Differential, 'probabilities' | 'none'>,
): PatientCourse {
  const mass: Record<PatientCourse, number> = { ACUTE: 0, CHRONIC: 0, RECURRENT: 0, UNKNOWN: 0 };
  for (let row = 0; row < probabilities.length; row++) {
    const course = courses[row];
    // Of orphan conditions, nine in ten of the rows, nobody states it.
    if (course) mass[MEANS[course]] += probabilities[row] as number;
  }
  const half = (1 - none) / 2;
  return (['ACUTE', 'CHRONIC', 'RECURRENT'] as const).find((course) => mass[course] > half) ?? 'UNKNOWN';
}
