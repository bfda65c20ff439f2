import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { severityCosts } from '../../lambdas/adapters/clinical.ts';
import { BY_GRAVITY } from '../../lambdas/core/severity.ts';
import { costMatrix, leastCost, type SeverityMass } from '../../lambdas/core/severity-costs.ts';
import { SEVERITIES, type Severity } from '../../lambdas/core/types.ts';

const costs = costMatrix(severityCosts);
const massOf = (shares: Partial<Record<Severity, number>>) =>
  Object.fromEntries(
    SEVERITIES.map((severity) => [severity, shares[severity] ?? 0]),
  ) as unknown as SeverityMass;
const anyMass = fc
  .array(fc.integer({ min: 0, max: 100 }), { minLength: 5, maxLength: 5 })
  .filter((xs) => xs.some((x) => x > 0))
  .map((xs) => {
    const total = xs.reduce((a, b) => a + b, 0);
    return massOf(Object.fromEntries(SEVERITIES.map((severity, i) => [severity, (xs[i] as number) / total])));
  });

describe('leastCost', () => {
  it('says what is certain', () => {
    for (const severity of SEVERITIES)
      expect(leastCost(costs, massOf({ [severity]: 1 }), BY_GRAVITY)).toBe(severity);
  });

  it('calls nobody well of whom one in six is acutely ill, or a half is ill at all', () => {
    fc.assert(
      fc.property(anyMass, (mass) => {
        fc.pre(mass.ENFERMEDAD_AGUDA > 1 / 6 || mass.NO_ENFERMO < 0.5);
        expect(leastCost(costs, mass, BY_GRAVITY)).not.toBe('NO_ENFERMO');
      }),
    );
  });

  it('calls acute whoever has one chance in three of it, and nobody of less than one in eight', () => {
    fc.assert(
      fc.property(anyMass, (mass) => {
        const isAcute = leastCost(costs, mass, BY_GRAVITY) === 'ENFERMEDAD_AGUDA';
        if (mass.ENFERMEDAD_AGUDA > 1 / 3 + 1e-9) expect(isAcute).toBe(true);
        if (mass.ENFERMEDAD_AGUDA < 1 / 8) expect(isAcute).toBe(false);
      }),
    );
  });

  it('is never milder for more chance of an acute illness', () => {
    fc.assert(
      fc.property(anyMass, fc.double({ min: 0, max: 1, noNaN: true }), (mass, share) => {
        const more = massOf(
          Object.fromEntries(
            SEVERITIES.map((severity) => [
              severity,
              mass[severity] * (1 - share) + (severity === 'ENFERMEDAD_AGUDA' ? share : 0),
            ]),
          ),
        );
        const gravity = (one: SeverityMass) => BY_GRAVITY.indexOf(leastCost(costs, one, BY_GRAVITY));
        expect(gravity(more)).toBeGreaterThanOrEqual(gravity(mass));
      }),
    );
  });

  it('takes the graver of two alike, and only what is allowed', () => {
    const even = { ...costs, NO_ENFERMO: { ...costs.NO_ENFERMO, MOLESTIAS_LEVES: 0 } };
    expect(leastCost(even, massOf({ NO_ENFERMO: 1 }), BY_GRAVITY)).toBe('MOLESTIAS_LEVES');
    expect(leastCost(costs, massOf({ NO_ENFERMO: 1 }), BY_GRAVITY.slice(1))).toBe('MOLESTIAS_LEVES');
  });
});
