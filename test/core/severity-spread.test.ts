import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { severityPolicy } from '../../lambdas/adapters/clinical.ts';
import type { SeveritySubject } from '../../lambdas/core/severity.ts';
import { severitiesOf } from '../../lambdas/core/severity-spread.ts';
import { SEVERITIES, STATED_COURSES, STATED_URGENCIES } from '../../lambdas/core/types.ts';

type Known = Extract<SeveritySubject, { kind: 'knowledge_only' }>;
const known = (
  urgency: Known['urgency'],
  course: Known['course'],
  unconfirmed: Known['unconfirmed'] = null,
): Known => ({ kind: 'knowledge_only', urgency, course, unconfirmed });
const sharesOf = (subjects: readonly SeveritySubject[], row = subjects.length - 1) => {
  const { shares } = severitiesOf(subjects, severityPolicy);
  return Object.fromEntries(SEVERITIES.map((severity, i) => [severity, shares[row * 5 + i]]));
};
const STATED = [
  known('emergency', 'acute'),
  known('self_care', 'acute'),
  known('self_care', 'acute'),
  known('routine', 'recurrent'),
  known(null, 'chronic'),
];

describe('severitiesOf', () => {
  it('gives a stated gravity its class, and says that it is known', () => {
    expect(sharesOf([known('self_care', 'acute')])).toMatchObject({
      MOLESTIAS_LEVES: 1,
      ENFERMEDAD_AGUDA: 0,
    });
    expect([
      ...severitiesOf([...STATED, { kind: 'orphan' }, known(null, null)], severityPolicy).known,
    ]).toEqual([1, 1, 1, 1, 1, 0, 0]);
  });

  it('spreads an unstated one like the stated ones of its course, with one acute more', () => {
    expect(sharesOf([...STATED, known(null, 'acute')])).toEqual({
      NO_ENFERMO: 0,
      MOLESTIAS_LEVES: 0.5,
      ENFERMEDAD_LEVE: 0,
      ENFERMEDAD_AGUDA: 0.5,
      ENFERMEDAD_CRONICA: 0,
    });
  });

  it('spreads one without a course over the courses as stated, and within each like its own', () => {
    // Of five courses three are acute, one recurrent, one chronic; each class counts one more acute one.
    expect(sharesOf([...STATED, known(null, null)])).toEqual({
      NO_ENFERMO: 0,
      MOLESTIAS_LEVES: expect.closeTo((3 / 5) * (2 / 4), 12),
      ENFERMEDAD_LEVE: expect.closeTo((1 / 5) * (1 / 2), 12),
      ENFERMEDAD_AGUDA: expect.closeTo((3 / 5) * (2 / 4) + (1 / 5) * (1 / 2) + (1 / 5) * (1 / 2), 12),
      ENFERMEDAD_CRONICA: expect.closeTo((1 / 5) * (1 / 2), 12),
    });
  });

  it('counts a course whose urgency nobody states, so that the chronic are not taken for all', () => {
    const acute = Array.from({ length: 6 }, () => known(null, 'acute'));

    expect(sharesOf([...STATED, ...acute, known(null, null)]).ENFERMEDAD_CRONICA).toBeCloseTo(
      (1 / 11) * (1 / 2),
      12,
    );
  });

  it('takes one without a course for acute where no course is stated at all', () => {
    expect(sharesOf([known('self_care', null), known(null, null)])).toMatchObject({ ENFERMEDAD_AGUDA: 1 });
  });

  it('takes an unconfirmed acute course for the acute ones, and no unconfirmed text for less', () => {
    expect(sharesOf([...STATED, known(null, null, 'acute')])).toEqual(
      sharesOf([...STATED, known(null, 'acute')]),
    );
    expect(sharesOf([...STATED, known(null, 'recurrent', 'acute')])).toEqual(
      sharesOf([...STATED, known(null, 'recurrent')]),
    );
    expect(sharesOf([...STATED, known(null, null, 'urgent')])).toMatchObject({ ENFERMEDAD_AGUDA: 1 });
  });

  it('takes what nobody states of its like for acute', () => {
    expect(sharesOf([known(null, 'recurrent')])).toMatchObject({ ENFERMEDAD_AGUDA: 1 });
  });

  it('gives shares that add up to 1, and never any of them to health', () => {
    const anything = fc.record({
      kind: fc.constant('knowledge_only' as const),
      urgency: fc.constantFrom(null, ...STATED_URGENCIES),
      course: fc.constantFrom(null, ...STATED_COURSES),
      unconfirmed: fc.constantFrom(null, 'urgent' as const, 'acute' as const),
    });
    fc.assert(
      fc.property(fc.array(anything, { minLength: 1, maxLength: 30 }), (subjects) => {
        const { shares } = severitiesOf(subjects, severityPolicy);
        for (let row = 0; row < subjects.length; row++) {
          const own = shares.subarray(row * 5, row * 5 + 5);
          expect(own.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
          expect(own[SEVERITIES.indexOf('NO_ENFERMO')]).toBe(0);
        }
      }),
    );
  });
});
