import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { round, roundTogether } from '../../lambdas/functions/round.ts';

const effects = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe('roundTogether', () => {
  it('adds up to the rounded total, each a rounding or few from its own value', () => {
    fc.assert(
      fc.property(effects, (values) => {
        const total = round(sum(values));
        const rounded = roundTogether(values, total);
        expect(sum(rounded)).toBeCloseTo(total, 9);
        rounded.forEach((value, i) => {
          expect(value).toBe(round(value));
          expect(Math.abs(value - (values[i] ?? Number.NaN))).toBeLessThan(1e-5);
        });
      }),
    );
  });

  it('leaves a zero a zero beside others, and rounds each by itself without a total', () => {
    expect(roundTogether([0, 0.1234564, 0.2345674], 0.358025)).toEqual([0, 0.123456, 0.234569]);
    expect(roundTogether([0.1234564, -0.0000001])).toEqual([0.123456, 0]);
  });
});
