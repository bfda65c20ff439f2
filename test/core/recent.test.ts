import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recent } from '../../lambdas/core/recent.ts';

describe('recent', () => {
  it('makes again only what was not among the last asked for', () => {
    const made: number[] = [];
    const squares = recent<number>(2);
    const square = (n: number) =>
      squares.of(n, () => {
        made.push(n);
        return n * n;
      });

    const asked = [1, 2, 1, 3, 1, 2].map(square);

    expect(asked).toEqual([1, 4, 1, 9, 1, 4]);
    // 3 put out 2, the longest unasked; 1 stayed.
    expect(made).toEqual([1, 2, 3, 2]);
  });

  it('gives what would be made, whatever was asked before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(9)), (most, keys) => {
        const kept = recent<string>(most);
        expect(keys.map((key) => kept.of(key, () => `of ${key}`))).toEqual(keys.map((key) => `of ${key}`));
      }),
    );
  });
});
