import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../lambdas/core/evidence.ts';
import { at, type Curve, type SupportSpec, support } from '../../lambdas/core/support.ts';

const curve: Curve = [
  [0.2, 1],
  [0.5, 0.6],
  [0.9, 0],
];
const spec: SupportSpec = {
  ood: { from: 0.99, bands: [{ minFindings: 3, curve }] },
  sufficiency: {
    from: 0.3,
    bands: [
      {
        minFindings: 0,
        curve: [
          [0, 0.1],
          [1, 0.9],
        ],
      },
    ],
  },
};
const five: Evidence = {
  present: 5,
  denied: 0,
  readable: 5,
  known: 5,
  scored: 5,
  icMean: 2,
  icMax: 3,
  attainable: 6,
  coverage: 0.2,
};

describe('at', () => {
  it('gives what the training reckons', () => {
    // From numpy.interp, as training/centinela_training/whole/support.py uses it.
    const expected = [1, 1, 0.8666666666666667, 0.6, 0.195, 0, 0];
    [0.1, 0.2, 0.3, 0.5, 0.77, 0.9, 2].forEach((x, i) => {
      expect(at(curve, x)).toBeCloseTo(expected[i] ?? Number.NaN, 12);
    });
  });

  it('is level where there is one point', () => {
    const point: Curve = [[0.5, 0.4]];
    expect([0, 0.5, 1].map((x) => at(point, x))).toEqual([0.4, 0.4, 0.4]);
  });
});

describe('support', () => {
  it('gives what the training reckons', () => {
    const { ood, sufficiency } = support(spec, five, Float64Array.of(1.2, 4.2), [0.3, 0.2, 0.1, 0.05]);
    expect(ood).toBeCloseTo(0.3, 12);
    expect(sufficiency).toBeCloseTo(0.58, 12);
  });

  it('flags a pattern that no condition explains', () => {
    expect(support(spec, five, Float64Array.of(1.2, 0.9), [1]).outOfDistribution).toBe(true);
    expect(support(spec, five, Float64Array.of(1.4, 0.9), [1]).outOfDistribution).toBe(false);
  });

  it('flags none that the broad layer alone explains', () => {
    const { ood } = support(spec, { ...five, coverage: 0.9 }, Float64Array.of(1.2, 0.9), [1]);
    expect(ood).toBe(0);
  });

  it('finds no pattern in fewer than three scored findings', () => {
    const { ood, outOfDistribution } = support(spec, { ...five, scored: 2 }, Float64Array.of(-3), [1]);
    expect([ood, outOfDistribution]).toEqual([0, false]);
  });

  it('says where the first three can seldom be believed', () => {
    expect(support(spec, five, Float64Array.of(6), [0.2, 0.02, 0.02]).lowSufficiency).toBe(true);
    expect(support(spec, five, Float64Array.of(6), [0.2, 0.03, 0.03]).lowSufficiency).toBe(false);
  });
});
