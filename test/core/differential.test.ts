import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrate, gate, merge, rankOf, top } from '../../lambdas/core/differential.ts';
import type { Scores } from '../../lambdas/core/likelihood.ts';
import { bundle } from '../fixtures/bundle.ts';

const outputs = [Float32Array.of(0.5, 0.25, 0.25, 0), Float32Array.of(0.1, 0.7, 0.1, 0.1)];
const scores = (byRow: readonly number[], queryTerms = 1): Scores => ({
  byRow: Float64Array.from(byRow),
  queryTerms,
});

describe('calibrate', () => {
  it('weighs the members and applies the temperature of the band of evidence', () => {
    const mean = [0.4, 0.3625, 0.2125, 0.025];
    const root = mean.map(Math.sqrt); // temperature 2
    const total = root.reduce((a, b) => a + b, 0);
    const calibrated = (findings: number) =>
      [...calibrate(bundle.common, outputs, findings)].map((x) => x.toFixed(6));
    expect(calibrated(1)).toEqual(root.map((x) => (x / total).toFixed(6)));
    expect(calibrated(2)).toEqual(mean.map((x) => x.toFixed(6)));
  });

  it('refuses a member that gives no probability', () => {
    expect(() => calibrate(bundle.common, [Float32Array.of(0.5, Number.NaN, 0.25, 0)], 1)).toThrow(
      RangeError,
    );
    expect(() => calibrate(bundle.common, outputs.slice(0, 1), 1)).toThrow(RangeError);
  });
});

describe('gate', () => {
  it('is the prior where nothing was scored', () => {
    expect(gate(bundle.orphan, scores([0, 0, 0, 0, 0, 0], 0), 3)).toBe(0.9);
  });

  it('is the prior where orphan and common rows explain the findings alike', () => {
    expect(gate(bundle.orphan, scores([2, 2, 2, 2, 2, 2]), 3)).toBeCloseTo(0.9, 12);
  });

  it('compares the mean likelihood ratios', () => {
    const odds = (0.9 / 0.1) * ((3 * Math.E) / (Math.E ** 3 + 2));
    expect(gate(bundle.orphan, scores([3, 0, 0, 1, 1, 1]), 3)).toBeCloseTo(odds / (1 + odds), 12);
  });

  it('bears scores beyond what exp can hold', () => {
    expect(gate(bundle.orphan, scores([2000, 0, 0, 0, 0, 0]), 3)).toBe(0);
    expect(gate(bundle.orphan, scores([0, 0, 0, 2000, 0, 0]), 3)).toBe(1);
  });
});

describe('merge', () => {
  const anyScores = fc.array(fc.double({ min: -20, max: 60, noNaN: true }), { minLength: 6, maxLength: 6 });
  const anyOutput = fc
    .array(fc.integer({ min: 1, max: 1000 }), { minLength: 4, maxLength: 4 })
    .map((xs) => Float32Array.from(xs, (x) => x / xs.reduce((a, b) => a + b, 0)));

  it('spends all probability on the conditions and on "no relevant disease"', () => {
    fc.assert(
      fc.property(anyScores, anyOutput, anyOutput, (byRow, a, b) => {
        const { probabilities, pCommon, common } = merge(bundle, [a, b], scores(byRow), 1);
        const listed = probabilities.reduce((sum, p) => sum + p, 0);
        expect(Math.min(...probabilities)).toBeGreaterThanOrEqual(0);
        expect(listed).toBeLessThanOrEqual(1 + 1e-9);
        expect(listed + pCommon * (common[3] ?? 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('gives an orphan condition more when only its score rises', () => {
    const before = merge(bundle, outputs, scores([1, 0, 0, 0, 0, 0]), 1);
    const after = merge(bundle, outputs, scores([2, 0, 0, 0, 0, 0]), 1);
    expect(after.probabilities[0]).toBeGreaterThan(before.probabilities[0] ?? 1);
    expect(after.pCommon).toBeLessThan(before.pCommon);
  });

  it('lists the likeliest first, ties by code, and ranks every condition where the list has it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 3 }), { minLength: 6, maxLength: 6 }), (weights) => {
        const differential = {
          pCommon: 0,
          common: new Float64Array(4),
          probabilities: Float64Array.from(weights),
        };
        const all = top(bundle, differential, 6);
        const byDefinition = bundle.conditions
          .map(({ code }, row) => ({ code, p: weights[row] ?? 0 }))
          .toSorted((a, b) => b.p - a.p || (a.code < b.code ? -1 : 1));
        expect(all.map(({ condition }) => condition.code)).toEqual(byDefinition.map(({ code }) => code));
        expect(all.map(({ row }) => rankOf(bundle, differential, row))).toEqual([1, 2, 3, 4, 5, 6]);
        expect(top(bundle, differential, 2)).toEqual(all.slice(0, 2));
      }),
    );
  });
});
