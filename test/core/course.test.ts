import { expect, it } from 'vitest';
import { type ClinicalCourse, courseOf } from '../../lambdas/core/course.ts';

const COURSES: readonly (ClinicalCourse | null)[] = [
  'acute',
  'acute_on_chronic',
  'chronic',
  'recurrent',
  'acute_or_chronic',
  null,
];

it.each<[number[], number, string]>([
  [[0.3, 0.3, 0.4, 0, 0, 0], 0, 'ACUTE'],
  [[0.5, 0, 0.5, 0, 0, 0], 0, 'UNKNOWN'],
  [[0.1, 0, 0.6, 0.3, 0, 0], 0, 'CHRONIC'],
  [[0, 0, 0.1, 0.2, 0, 0], 0.7, 'RECURRENT'],
  [[0.2, 0, 0, 0, 0.8, 0], 0, 'UNKNOWN'],
  [[0.4, 0, 0, 0, 0, 0.6], 0, 'UNKNOWN'],
])('of the conditions %j beside %d of no disease it says %s', (probabilities, none, course) => {
  expect(courseOf(COURSES, { probabilities: Float64Array.from(probabilities), none })).toBe(course);
});
