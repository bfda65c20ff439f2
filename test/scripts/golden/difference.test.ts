import { describe, expect, it } from 'vitest';
import { differences } from '../../../scripts/golden/difference.ts';

describe('differences', () => {
  it('of the same value there are none', () => {
    const value = { severity: 'A', top: [['X:1', 0.5, 'common']], news2: null };
    expect(differences(value, structuredClone(value))).toEqual([]);
  });

  it('name the place, the value there was and the one there is', () => {
    expect(
      differences(
        { rules: ['a'], same: ['b', 'c'], urgent: true, top: [['X', 0.5]] },
        { rules: [], same: ['b', 'c'], urgent: false, top: [['Y', 0.5]] },
      ),
    ).toEqual([
      { path: 'rules', before: ['a'], after: [] },
      { path: 'urgent', before: true, after: false },
      { path: 'top.0.0', before: 'X', after: 'Y' },
    ]);
  });

  it('are none where numbers differ by no more than the tolerance', () => {
    expect(differences([0.5, 3], [0.50001, 3])).toEqual([]);
    expect(differences([0.5, 3], [0.50003, 3])).toHaveLength(1);
    expect(differences(null, 0)).toEqual([{ path: '', before: null, after: 0 }]);
  });

  it('tell a list from an object, and what is missing from what is there', () => {
    expect(differences({ a: [] }, { a: {} })).toHaveLength(1);
    expect(differences({ a: 1 }, { a: 1, b: 2 })).toEqual([{ path: 'b', before: undefined, after: 2 }]);
  });
});
