import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { predictionSet } from '../../lambdas/core/sets.ts';
import { bundle } from '../fixtures/bundle.ts';

const { conditions, orphanCount, trainedCount } = bundle;
const sets = {
  target: 0.9,
  bands: [
    { minFindings: 0, trained: [0, 0, 0, 0], broad: 0, orphan: 0 },
    { minFindings: 3, trained: [0.2, 0.3, 0.1, 0.05], broad: 0.15, orphan: 0.01 },
  ],
};
const spec = { sets, conditions, orphanCount };
const list = (probabilities: readonly number[], none: number) => ({
  probabilities: Float64Array.from(probabilities),
  none,
});

describe('predictionSet', () => {
  it('takes each condition by the threshold of its class', () => {
    // Three orphan conditions, three trained ones, two of the broad layer.
    const patient = list([0.01, 0.009, 0.02, 0.19, 0.3, 0.1, 0.15, 0.149], 0.04);
    expect(predictionSet(spec, patient, 3)).toEqual({ rows: [0, 2, 4, 5, 6], wellInSet: false });
  });

  it('never rules everything out: the likeliest outcome is in it', () => {
    const unlikely = [0.001, 0.002, 0.001, 0.1, 0.12, 0.01, 0.02, 0.03];
    expect(predictionSet(spec, list(unlikely, 0.04), 3)).toEqual({ rows: [4], wellInSet: false });
    expect(predictionSet(spec, list(Array(8).fill(0), 0.01), 3)).toEqual({ rows: [], wellInSet: true });
  });

  it('has "no relevant disease" apart', () => {
    expect(predictionSet(spec, list(Array(8).fill(0), 0.05), 3)).toEqual({ rows: [], wellInSet: true });
  });

  it('rules nothing out where a band has too few patients for a threshold', () => {
    const { rows } = predictionSet(spec, list(Array(8).fill(0), 0), 2);
    expect(rows).toHaveLength(conditions.length);
  });

  it('never drops the condition that becomes likelier', () => {
    const probability = fc.double({ min: 0, max: 1, noNaN: true });
    const some = fc.array(probability, { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(some, fc.nat(7), probability, (probabilities, row, more) => {
        const before = predictionSet(spec, list(probabilities, 0), 4).rows;
        const after = predictionSet(
          spec,
          list(probabilities.with(row, Math.max(more, probabilities[row] ?? 0)), 0),
          4,
        );
        if (before.includes(row)) expect(after.rows).toContain(row);
      }),
    );
  });

  it('has a threshold for each trained class of the fixture', () => {
    expect(sets.bands[0]?.trained).toHaveLength(trainedCount + 1);
  });
});
