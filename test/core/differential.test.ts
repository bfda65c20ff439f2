import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrate, rankOf, softmax, top } from '../../lambdas/core/differential.ts';
import { bundle } from '../fixtures/bundle.ts';
import { listed } from '../fixtures/differential.ts';

describe('calibrate', () => {
  it('applies the temperature of the band of evidence', () => {
    const stacked = Float32Array.of(0.4, 0.3625, 0.2125, 0.025);
    const root = [...stacked].map(Math.sqrt); // temperature 2
    const total = root.reduce((a, b) => a + b, 0);
    const calibrated = (findings: number) =>
      [...calibrate(bundle.common, stacked, findings)].map((x) => x.toFixed(6));
    expect(calibrated(1)).toEqual(root.map((x) => (x / total).toFixed(6)));
    expect(calibrated(2)).toEqual([...stacked].map((x) => x.toFixed(6)));
  });
});

describe('softmax', () => {
  it('bears logits beyond what exp can hold', () => {
    expect([...softmax([2000, 0, -2000])]).toEqual([1, 0, 0]);
    expect([...softmax([-2000, -2000])]).toEqual([0.5, 0.5]);
  });
});

describe('merge', () => {
  const distribution = (length: number) =>
    fc
      .array(fc.integer({ min: 0, max: 99 }), { minLength: length, maxLength: length })
      .map((xs) => xs.map((x) => (x + 1) / xs.reduce((a, b) => a + b + 1, 0)));

  it('spends all probability on the conditions and on "no relevant disease"', () => {
    fc.assert(
      fc.property(
        distribution(3),
        distribution(4),
        distribution(3),
        distribution(3),
        ([, toBroad = 0, toOrphan = 0], common, broad, orphan) => {
          const gate = { broad: toBroad, orphan: toOrphan };
          const { probabilities, none } = listed({ gate, common, broad, orphan });
          expect(Math.min(...probabilities)).toBeGreaterThanOrEqual(0);
          expect(probabilities.reduce((sum, p) => sum + p, none)).toBeCloseTo(1, 9);
        },
      ),
    );
  });

  it('lists a condition that two parts know once, with the sum of what they give it', () => {
    const { probabilities, none } = listed({
      gate: { broad: 0.25, orphan: 0.5 },
      common: [0.4, 0.2, 0.2, 0.2],
      broad: [0.8, 0.1, 0.1],
      orphan: [0.5, 0.3, 0.2],
    });
    expect(probabilities).toHaveLength(bundle.conditions.length);
    const expected = [0.25, 0.15, 0.1, 0.25 * 0.4 + 0.25 * 0.8, 0.05, 0.05, 0.025, 0.025];
    expected.forEach((p, row) => {
      expect(probabilities[row]).toBeCloseTo(p, 12);
    });
    expect(none).toBeCloseTo(0.05, 12);
  });
});

describe('top', () => {
  it('lists the likeliest first, ties by code, and ranks every condition where the list has it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 3 }), { minLength: 8, maxLength: 8 }), (weights) => {
        const list = { probabilities: Float64Array.from(weights) };
        const all = top(bundle, list, 8);
        const byDefinition = bundle.conditions
          .map(({ code }, row) => ({ code, p: weights[row] ?? 0 }))
          .toSorted((a, b) => b.p - a.p || (a.code < b.code ? -1 : 1));
        expect(all.map(({ condition }) => condition.code)).toEqual(byDefinition.map(({ code }) => code));
        expect(all.map(({ row }) => rankOf(bundle, list, row))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
        expect(top(bundle, list, 2)).toEqual(all.slice(0, 2));
        expect(top(bundle, list, 8, [1, 5])).toEqual(all.filter(({ row }) => row === 1 || row === 5));
      }),
    );
  });
});
