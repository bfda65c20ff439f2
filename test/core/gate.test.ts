import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../lambdas/core/evidence.ts';
import { gateFeatures, gateWeights } from '../../lambdas/core/gate.ts';

const evidence: Evidence = {
  present: 4,
  denied: 2,
  readable: 3,
  known: 3,
  scored: 2,
  icMean: 1.75,
  icMax: 2.5,
  attainable: 3.1,
  coverage: 0.2,
};
const broad = { best: 4.2, coverage: 0.8, topExplained: 0.7, top: 0.4, entropy: 2.9, trained: 0.25 };
const nobody: Evidence = { ...evidence, readable: 0, known: 0, scored: 0 };
const spec = { features: [], prior: { common: 0.6, broad: 0.3, orphan: 0.1 } };

describe('gateFeatures', () => {
  it('gives what the training reckons', () => {
    const features = gateFeatures(
      evidence,
      Float64Array.of(1.2, -0.3, 0.4, 2.1, -0.7),
      3,
      Float64Array.of(0.6, 0.3, 0.1),
      broad,
    );

    // From gate_features in training/centinela_training/whole/gate.py.
    const expected = [
      0.4353535,
      0.6,
      1.0365376,
      1.05,
      0.6,
      0.8173454,
      0.1,
      0.75,
      0.5,
      1.75,
      2.5,
      1.3862944,
      0.6035281,
      1.4369464,
      1.1330813,
      2.4260151,
      1.4,
      0.8,
      0.7,
      0.4,
      2.9,
      Math.log(0.25 + 1e-6),
      Math.log(0.25 + 1e-6) * 1.3862944,
    ];
    expect(features).toHaveLength(expected.length);
    expected.forEach((value, i) => {
      expect(features[i]).toBeCloseTo(value, 6);
    });
  });

  it('is finite where nothing is scored', () => {
    const features = gateFeatures(nobody, new Float64Array(5), 3, Float64Array.of(1, 0, 0), broad);
    expect(features.every(Number.isFinite)).toBe(true);
  });

  it('survives sums that exp cannot hold', () => {
    const [mean] = gateFeatures(
      evidence,
      Float64Array.of(2000, 2000, 0, 0),
      2,
      Float64Array.of(0.5, 0.5),
      broad,
    );
    expect(mean).toBeCloseTo(2000 / Math.SQRT2, 2);
  });
});

describe('gateWeights', () => {
  it('makes the model say all of it', () => {
    const weights = gateWeights(spec, Float32Array.of(0.2, 0.3, 0.5001), evidence, 0);
    expect(weights.common + weights.broad + weights.orphan).toBeCloseTo(1, 12);
    expect(weights.orphan).toBeCloseTo(0.5, 3);
  });

  it('is the prior where no layer reads anything', () => {
    expect(gateWeights(spec, Float32Array.of(0, 0, 1), nobody, 0)).toEqual(spec.prior);
  });

  it('listens to the model where one layer alone reads something', () => {
    for (const one of [{ readable: 1 }, { known: 1 }, { scored: 1 }])
      expect(gateWeights(spec, Float32Array.of(0, 0.1, 0.9), { ...nobody, ...one }, 0)).not.toEqual(
        spec.prior,
      );
  });

  it.each([
    [1, 0.19],
    [2, 0.4],
    [3, 0.65],
    [4, 0.9],
  ])('takes %i findings for at most %d of an orphan condition', (scored, most) => {
    const { common, broad, orphan } = gateWeights(
      spec,
      Float32Array.of(0.02, 0.08, 0.9),
      {
        ...nobody,
        scored,
      },
      0,
    );
    expect(orphan).toBeCloseTo(most, 6);
    expect(broad / common).toBeCloseTo(4, 4);
    expect(common + broad + orphan).toBeCloseTo(1, 12);
  });

  it('takes one finding for no more of a trained condition than before, and leaves the rest to the texts', () => {
    const output = Float32Array.of(0.9, 0.08, 0.02);

    const [one, two] = [1, 2].map((known) => gateWeights(spec, output, { ...nobody, known }, 0));
    const well = gateWeights(spec, output, { ...nobody, known: 1 }, 0.9);

    expect(one?.common).toBe(0.45);
    expect(one?.broad).toBeCloseTo(0.53, 6);
    expect(one?.orphan).toBeCloseTo(0.02, 6);
    expect(two?.common).toBeCloseTo(0.9, 6);
    // Health is not held back with them.
    expect(well.common).toBeCloseTo(0.9, 6);
  });

  it.each([[[]], [[0.5, 0.5]], [[0.5, 0.2, 0.1]], [[Number.NaN, 0.5, 0.5]]])(
    'refuses what is no answer: %j',
    (output) => {
      expect(() => gateWeights(spec, Float32Array.from(output), evidence, 0)).toThrow(RangeError);
    },
  );
});
