import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConditionSeverities, severityMass, weighSeverity } from '../../lambdas/core/gravity.ts';
import { SEVERITIES, type Severity } from '../../lambdas/core/types.ts';
import { bundle } from '../fixtures/bundle.ts';
import { listed, type Said } from '../fixtures/differential.ts';

/** Orphan A, B, C; URTI, unstable angina, pneumonia; appendicitis, asthenopia. */
const BY_ROW: readonly Severity[] = [
  'ENFERMEDAD_CRONICA',
  'ENFERMEDAD_CRONICA',
  'ENFERMEDAD_CRONICA',
  'MOLESTIAS_LEVES',
  'ENFERMEDAD_AGUDA',
  'ENFERMEDAD_AGUDA',
  'ENFERMEDAD_AGUDA',
  'ENFERMEDAD_LEVE',
];
const severities: ConditionSeverities = {
  byRow: Uint8Array.from(BY_ROW, (severity) => SEVERITIES.indexOf(severity)),
  none: 'NO_ENFERMO',
};
const weighed = (said: Said, mayBeWell = true) => {
  const differential = listed(said);
  return weighSeverity(bundle, severities, differential, severityMass(severities, differential), mayBeWell);
};

const distribution = (length: number) =>
  fc
    .array(fc.integer({ min: 1, max: 99 }), { minLength: length, maxLength: length })
    .map((xs) => xs.map((x) => x / xs.reduce((a, b) => a + b, 0)));
const anything = fc
  .record({
    gate: distribution(3),
    common: distribution(4),
    broad: distribution(3),
    orphan: distribution(3),
  })
  .map(({ gate: [, broad = 0, orphan = 0], ...parts }) => ({ ...parts, gate: { broad, orphan } }));

describe('severityMass', () => {
  it('adds up to 1', () => {
    fc.assert(
      fc.property(anything, (said) => {
        const mass = severityMass(severities, listed(said));
        expect(SEVERITIES.reduce((total, severity) => total + mass[severity], 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('adds what each part gives to the conditions of a class', () => {
    const mass = severityMass(
      severities,
      listed({ gate: { broad: 0.2, orphan: 0.3 }, common: [0.5, 0.2, 0.2, 0.1], broad: [0.5, 0.4, 0.1] }),
    );
    expect(mass.MOLESTIAS_LEVES).toBeCloseTo(0.5 * 0.5 + 0.2 * 0.5, 12);
    expect(mass.ENFERMEDAD_AGUDA).toBeCloseTo(0.5 * 0.4 + 0.2 * 0.4, 12);
    expect(mass.ENFERMEDAD_LEVE).toBeCloseTo(0.2 * 0.1, 12);
    expect(mass.ENFERMEDAD_CRONICA).toBeCloseTo(0.3, 12);
    expect(mass.NO_ENFERMO).toBeCloseTo(0.5 * 0.1, 12);
  });

  it('fails where a condition has no severity', () => {
    expect(() => severityMass({ ...severities, byRow: new Uint8Array(2) }, listed())).toThrow(
      'no severity for condition 2',
    );
  });
});

describe('weighSeverity', () => {
  it('says well only where that is likelier than ill and nothing speaks against it', () => {
    const severity = (well: number, mayBeWell = true) =>
      weighed({ common: [0.3, 0.7 - well, 0, well] }, mayBeWell).severity;

    expect([severity(0.4), severity(0.5), severity(0.51)]).toEqual([
      'MOLESTIAS_LEVES',
      'MOLESTIAS_LEVES',
      'NO_ENFERMO',
    ]);
    expect(severity(0.9, false)).toBe('MOLESTIAS_LEVES');
  });

  it('takes the graver where parts that have a say disagree', () => {
    const mildAgainst = (share: number) => weighed({ gate: { broad: share }, common: [1, 0, 0, 0] });

    expect(mildAgainst(0.3)).toEqual({ severity: 'MOLESTIAS_LEVES', partsDisagree: false });
    expect(mildAgainst(0.4)).toEqual({ severity: 'ENFERMEDAD_AGUDA', partsDisagree: true });
    expect(mildAgainst(0.9)).toEqual({ severity: 'ENFERMEDAD_AGUDA', partsDisagree: false });
  });

  it('takes an orphan condition for graver than a mild one, and acute illness for graver than that', () => {
    const beside = (common: readonly number[]) => weighed({ gate: { orphan: 0.4 }, common });

    expect(beside([1, 0, 0, 0])).toEqual({ severity: 'ENFERMEDAD_CRONICA', partsDisagree: true });
    expect(beside([0, 0, 0, 1])).toEqual({ severity: 'ENFERMEDAD_CRONICA', partsDisagree: true });
    expect(beside([0, 1, 0, 0])).toEqual({ severity: 'ENFERMEDAD_AGUDA', partsDisagree: true });
  });

  it('is never milder than the one list says', () => {
    const grave = [
      'NO_ENFERMO',
      'MOLESTIAS_LEVES',
      'ENFERMEDAD_LEVE',
      'ENFERMEDAD_CRONICA',
      'ENFERMEDAD_AGUDA',
    ];
    fc.assert(
      fc.property(anything, (said) => {
        const mass = severityMass(severities, listed(said));
        const [likeliest] = SEVERITIES.slice(1).toSorted((a, b) => mass[b] - mass[a]);
        const one = mass.NO_ENFERMO > 0.5 ? 'NO_ENFERMO' : (likeliest as Severity);
        expect(grave.indexOf(weighed(said).severity)).toBeGreaterThanOrEqual(grave.indexOf(one));
      }),
    );
  });
});
