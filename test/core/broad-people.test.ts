import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canHave } from '../../lambdas/core/broad-people.ts';

const years = fc.double({ min: 0, max: 120, noNaN: true });
const gender = fc.constantFrom('F' as const, 'M' as const, 'O' as const);

describe('who can have a condition', () => {
  test('one without limits, anybody', () => {
    fc.assert(fc.property(gender, years, (g, age) => canHave({ gender: g, age }, {})));
  });

  test('one of a single sex: that sex, and who tells none', () => {
    fc.assert(
      fc.property(gender, years, fc.constantFrom('F' as const, 'M' as const), (g, age, onlySex) => {
        expect(canHave({ gender: g, age }, { onlySex })).toBe(g === onlySex || g === 'O');
      }),
    );
  });

  test('one of the grown: who is not younger than its years', () => {
    fc.assert(
      fc.property(gender, years, years, (g, age, onlyFrom) => {
        expect(canHave({ gender: g, age }, { onlyFrom })).toBe(age >= onlyFrom);
      }),
    );
  });

  test('one of the young: who is younger than its years', () => {
    fc.assert(
      fc.property(gender, years, years, (g, age, onlyBelow) => {
        expect(canHave({ gender: g, age }, { onlyBelow })).toBe(age < onlyBelow);
      }),
    );
  });
});
