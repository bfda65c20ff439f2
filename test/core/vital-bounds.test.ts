import { describe, expect, it } from 'vitest';
import { type Bound, isMet, isOfAge, sideOf } from '../../lambdas/core/vital-bounds.ts';

describe('isMet', () => {
  type Value = readonly [value: number, isMet: boolean];
  it.each<[limits: Omit<Bound, 'vital'>, Value, Value]>([
    [{ at_least: 90 }, [90, true], [89.9, false]],
    [{ at_most: 90 }, [90, true], [90.1, false]],
    [{ above: 90 }, [90.1, true], [90, false]],
    [{ below: 90 }, [89.9, true], [90, false]],
    [{ below: 50, per_completed_year: 1 }, [89.9, true], [90, false]],
  ])('reads %j', (limits, ...values) => {
    for (const [systolic_bp_mmhg, met] of values)
      expect(isMet({ vital: 'systolic_bp_mmhg', ...limits }, { age: 40, vitals: { systolic_bp_mmhg } })).toBe(
        met,
      );
  });

  it('takes a vital sign that was not measured for none', () => {
    expect(isMet({ vital: 'spo2_percent', below: 92 }, { age: 40, vitals: {} })).toBe(false);
    expect(isMet({ vital: 'consciousness', values: ['P', 'U'] }, { age: 40, vitals: {} })).toBe(false);
  });

  it('holds for its ages alone', () => {
    const limit = { vital: 'heart_rate', above: 150, age_from_years: 1, age_below_years: 2 } as const;
    const at = (age: number) => isMet(limit, { age, vitals: { heart_rate: 160 } });

    expect([0.99, 1, 1.99, 2].map(at)).toEqual([false, true, true, false]);
  });
});

describe('isOfAge', () => {
  it('reads a missing limit as none', () => {
    expect([
      isOfAge({}, 0),
      isOfAge({ age_from_years: 16 }, 15.9),
      isOfAge({ age_below_years: 16 }, 16),
    ]).toEqual([true, false, false]);
  });
});

describe('sideOf', () => {
  it('tells which values the bound is about', () => {
    const bounds = [{ below: 90 }, { at_most: 90 }, { above: 90 }, { at_least: 90 }];
    expect(bounds.map((bound) => sideOf({ vital: 'heart_rate', ...bound }))).toEqual([
      'low',
      'low',
      'high',
      'high',
    ]);
  });
});
