import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilson } from '../../../scripts/evaluation/wilson.ts';

describe('wilson', () => {
  it('gives the published example: 81 of 263', () => {
    // Newcombe, Statistics in Medicine 1998, table I: .2553 to .3662.
    const [lower, upper] = wilson(81, 263);

    expect(lower).toBeCloseTo(0.2553, 4);
    expect(upper).toBeCloseTo(0.3662, 4);
  });

  it('gives the published example at the border: 0 of 20', () => {
    // The same table: 0 to .1611.
    const [lower, upper] = wilson(0, 20);

    expect(lower).toBe(0);
    expect(upper).toBeCloseTo(0.1611, 4);
  });

  it('holds the share within 0 and 1', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.integer({ min: 1, max: 200 }), (some, n) => {
        const hits = Math.min(some, n);

        const [lower, upper] = wilson(hits, n);

        expect(lower).toBeGreaterThanOrEqual(0);
        expect(upper).toBeLessThanOrEqual(1);
        expect(lower).toBeLessThanOrEqual(hits / n + 1e-6);
        expect(upper).toBeGreaterThanOrEqual(hits / n - 1e-6);
      }),
    );
  });
});
