import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { severityCosts } from '../../lambdas/adapters/clinical.ts';
import { type ConditionSeverities, severityMass, weighSeverity } from '../../lambdas/core/gravity.ts';
import { costMatrix } from '../../lambdas/core/severity-costs.ts';
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
  shares: Float64Array.from(BY_ROW.flatMap((own) => SEVERITIES.map((severity) => Number(severity === own)))),
  known: Uint8Array.of(0, 0, 0, 1, 1, 1, 1, 1),
  none: 'NO_ENFERMO',
};
/** Of appendicitis nobody states the gravity: one chance in ten each, but of acute illness three in five. */
const unstated: ConditionSeverities = {
  ...severities,
  shares: severities.shares.map((share, i) => (Math.floor(i / 5) === 6 ? (i % 5 === 3 ? 0.6 : 0.1) : share)),
  known: Uint8Array.of(0, 0, 0, 1, 1, 1, 0, 1),
};
const costs = costMatrix(severityCosts);
const weighed = (said: Said, mayBeWell = true, of = severities) => {
  const differential = listed(said);
  return weighSeverity(bundle, of, costs, differential, severityMass(of, differential), mayBeWell);
};
const GRAVE = ['NO_ENFERMO', 'MOLESTIAS_LEVES', 'ENFERMEDAD_LEVE', 'ENFERMEDAD_CRONICA', 'ENFERMEDAD_AGUDA'];

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
    expect(() => severityMass({ ...severities, shares: new Float64Array(10) }, listed())).toThrow(
      'severities of 2 conditions, not of 8',
    );
  });
});

describe('weighSeverity', () => {
  it('says well only where that costs least and nothing speaks against it', () => {
    const severity = (well: number, mayBeWell = true) =>
      weighed({ common: [1 - well, 0, 0, well] }, mayBeWell).severity;

    expect([severity(0.4), severity(0.49), severity(0.51), severity(0.9)]).toEqual([
      'MOLESTIAS_LEVES',
      'MOLESTIAS_LEVES',
      'NO_ENFERMO',
      'NO_ENFERMO',
    ]);
    expect(severity(0.9, false)).toBe('MOLESTIAS_LEVES');
    // One chance in five of an acute illness outweighs four of health.
    expect(weighed({ common: [0, 0.2, 0, 0.8] }).severity).not.toBe('NO_ENFERMO');
  });

  it('shows an acute illness long before it is likeliest', () => {
    const severity = (acute: number) => weighed({ common: [1 - acute, acute, 0, 0] }).severity;

    expect([severity(0.05), severity(0.3)]).toEqual(['MOLESTIAS_LEVES', 'ENFERMEDAD_AGUDA']);
  });

  it('is never milder for more chance of an acute illness', () => {
    fc.assert(
      fc.property(distribution(4), fc.double({ min: 0, max: 1, noNaN: true }), (common, share) => {
        const more = common.map((p, i) => p * (1 - share) + (i === 1 ? share : 0));
        const [before, after] = [weighed({ common }), weighed({ common: more })].map(
          ({ severity }) => severity,
        );
        expect(GRAVE.indexOf(after as string)).toBeGreaterThanOrEqual(GRAVE.indexOf(before as string));
      }),
    );
  });

  it('counts an unstated gravity as it is spread', () => {
    const said = { gate: { broad: 1 }, broad: [0, 1, 0] };
    expect(severityMass(unstated, listed(said))).toMatchObject({ ENFERMEDAD_AGUDA: 0.6, NO_ENFERMO: 0.1 });
    expect(weighed(said, true, unstated).severity).toBe('ENFERMEDAD_AGUDA');
  });

  it('shows nothing milder than the conditions of known gravity do, where these have a say', () => {
    // Gravity unknown of two thirds, orphan or unstated; what is known is acute.
    const orphan = weighed({ gate: { orphan: 0.65 }, common: [0, 1, 0, 0] });
    expect(orphan.severity).toBe('ENFERMEDAD_AGUDA');
    fc.assert(
      fc.property(anything, (said) => {
        const { common, probabilities, none } = listed(said);
        const known = probabilities.reduce((sum, p, row) => sum + p * (unstated.known[row] as number), none);
        fc.pre(known >= 1 / 3 && common.length > 0);
        const alone = { ...unstated, shares: severities.shares };
        const mass = SEVERITIES.map((severity, i) =>
          probabilities.reduce(
            (sum, p, row) =>
              sum + p * (unstated.known[row] as number) * (alone.shares[row * 5 + i] as number),
            severity === 'NO_ENFERMO' ? none : 0,
          ),
        );
        const likeliest = SEVERITIES[mass.indexOf(Math.max(...mass))] as string;
        expect(GRAVE.indexOf(weighed(said, true, unstated).severity)).toBeGreaterThanOrEqual(
          GRAVE.indexOf(likeliest),
        );
      }),
    );
  });

  it('takes the graver where parts that have a say disagree', () => {
    const mildAgainst = (share: number) => weighed({ gate: { broad: share }, common: [1, 0, 0, 0] });

    // Below a third a part has no say, but its share of the one list may cost too much to leave out.
    expect(mildAgainst(0.1)).toEqual({ severity: 'MOLESTIAS_LEVES', partsDisagree: false });
    expect(mildAgainst(0.3)).toEqual({ severity: 'ENFERMEDAD_AGUDA', partsDisagree: false });
    expect(mildAgainst(0.4)).toEqual({ severity: 'ENFERMEDAD_AGUDA', partsDisagree: true });
    expect(mildAgainst(0.9)).toEqual({ severity: 'ENFERMEDAD_AGUDA', partsDisagree: false });
  });

  it('takes an orphan condition for graver than a mild one, and acute illness for graver than that', () => {
    const beside = (common: readonly number[]) => weighed({ gate: { orphan: 0.4 }, common });

    expect(beside([1, 0, 0, 0])).toEqual({ severity: 'ENFERMEDAD_CRONICA', partsDisagree: true });
    expect(beside([0, 0, 0, 1])).toEqual({ severity: 'ENFERMEDAD_CRONICA', partsDisagree: true });
    expect(beside([0, 1, 0, 0])).toEqual({ severity: 'ENFERMEDAD_AGUDA', partsDisagree: true });
  });

  it('costs no more than the class of least cost unless it is graver', () => {
    fc.assert(
      fc.property(anything, (said) => {
        const mass = severityMass(severities, listed(said));
        const expected = (shown: Severity) =>
          SEVERITIES.reduce((sum, truth) => sum + mass[truth] * costs[truth][shown], 0);
        const least = Math.min(...SEVERITIES.map(expected));
        const cheapest = GRAVE.filter((shown) => expected(shown as Severity) <= least + 1e-12);
        const { severity } = weighed(said);
        expect(GRAVE.indexOf(severity)).toBeGreaterThanOrEqual(GRAVE.indexOf(cheapest[0] as string));
      }),
    );
  });
});
