import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Likelihood } from '../../lambdas/core/likelihood.ts';
import { netTerms, type OrphanBlend, type OrphanFacts, orphanLogits } from '../../lambdas/core/orphan.ts';

const BLEND: OrphanBlend = {
  netWeight: 2,
  prevalenceWeight: 0.1,
  unlikely: -1.5,
  scales: [
    { minTerms: 0, scale: 1 },
    { minTerms: 2, scale: 0.5 },
    { minTerms: 4, scale: 0.25 },
  ],
};
const FACTS: OrphanFacts = { decades: Float64Array.of(1.5, 0), xRecessive: Uint8Array.of(0, 1) };
const COSINES = Float32Array.of(0.5, -0.25);

const scores = (queryTerms: number, ...byRow: number[]) => ({ byRow: Float64Array.from(byRow), queryTerms });

describe('orphanLogits', () => {
  it('scales ratios by the root of the findings, the network’s cosines and the prevalence', () => {
    const logits = orphanLogits(BLEND, FACTS, scores(4, 6, 3), COSINES, { gender: 'M' });
    expect([...logits]).toEqual([0.25 * (6 / 2 + 2 * 0.5 + 0.1 * 1.5), 0.25 * (3 / 2 - 2 * 0.25)]);
  });

  it('takes the scale of the last band that the findings reach', () => {
    const scaleOf = (terms: number) =>
      orphanLogits(BLEND, FACTS, scores(terms, Math.sqrt(terms), 0), new Float32Array(2), { gender: 'M' })[0];
    expect([1, 2, 3, 4, 9].map(scaleOf).map((logit) => logit?.toFixed(9))).toEqual(
      [1, 0.5, 0.5, 0.25, 0.25].map((scale) => (scale * 1.15).toFixed(9)),
    );
  });

  it('holds an X-linked recessive disease for unlikely in a woman alone', () => {
    const of = (gender: 'F' | 'M' | 'O') => orphanLogits(BLEND, FACTS, scores(1, 1, 1), COSINES, { gender });
    expect((of('F')[1] ?? 0) - (of('M')[1] ?? 0)).toBeCloseTo(-1.5, 12);
    expect(of('F')[0]).toBe(of('M')[0]);
    expect(of('O')).toEqual(of('M'));
  });

  it('has the prevalence alone to go by where nothing is told', () => {
    const logits = orphanLogits(BLEND, FACTS, scores(0, 0, 0), new Float32Array(), { gender: 'M' });
    expect([...logits]).toEqual([0.1 * 1.5, 0]);
  });

  it('leaves out the trained conditions, whose ratios follow after', () => {
    expect(orphanLogits(BLEND, FACTS, scores(1, 1, 2, 3, 4), COSINES, { gender: 'M' })).toHaveLength(2);
  });

  it('grows with the ratios and the cosine of a disease, whatever else is told', () => {
    const value = fc.double({ min: -20, max: 20, noNaN: true });
    fc.assert(
      fc.property(value, value, fc.nat(12), fc.constantFrom('F', 'M', 'O'), (lr, more, n, gender) => {
        const logit = (ratios: number, cosine: number) =>
          orphanLogits(BLEND, FACTS, scores(n, ratios, 0), Float32Array.of(cosine, 0), { gender })[0] ?? 0;
        const higher = lr + Math.abs(more);
        expect(logit(higher, 0.1)).toBeGreaterThanOrEqual(logit(lr, 0.1));
        expect(logit(lr, 0.2)).toBeGreaterThan(logit(lr, 0.1));
      }),
    );
  });

  it('refuses a blend without a scale for so few findings', () => {
    const scales = [{ minTerms: 3, scale: 1 }];
    const ask = () => orphanLogits({ ...BLEND, scales }, FACTS, scores(2, 1, 1), COSINES, { gender: 'M' });
    expect(ask).toThrow(new RangeError('no scale for 2 findings'));
  });
});

describe('netTerms', () => {
  /** Of a query, only what each term implies is read. */
  const likelihood = {
    implied: new Map([
      [7, [1, 4, 7]],
      [5, [1, 5]],
      [9, []],
    ]),
  } as unknown as Likelihood;

  it('joins what the findings imply, each term once, ascending', () => {
    expect(netTerms(likelihood, [7, 5, 9])).toEqual([1, 4, 5, 7]);
  });

  it('is empty where nothing is scored', () => {
    expect(netTerms(likelihood, [9])).toEqual([]);
    expect(netTerms(likelihood, [])).toEqual([]);
  });
});
