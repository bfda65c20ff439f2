import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { vitalLimits } from '../../lambdas/adapters/clinical.ts';
import type { Patient, Vitals } from '../../lambdas/core/types.ts';
import { vitalScores } from '../../lambdas/core/vital-scores.ts';
import { fireLimits, outOfRange, unevaluated } from '../../lambdas/core/vitals.ts';
import { finding, patient } from '../fixtures/vocabulary.ts';

const NOBODY: ReadonlySet<string> = new Set();
const child = (age: number, vitals: Vitals, details: Partial<Patient> = {}) =>
  patient([], { age, vitals, ...details });
const fired = (who: Patient) => fireLimits(vitalLimits, who).map(({ id }) => id);
const beyond = (who: Patient, likely = NOBODY) =>
  outOfRange(vitalLimits, who, likely).map(({ id, vital, bound }) => ({ id, vital, bound }));

describe('fireLimits', () => {
  it.each([
    [0.02, 59, 'vital-hypotension-neonate'],
    [0.02, 60, undefined],
    [0.08, 69, 'vital-hypotension-infant'],
    [0.5, 70, undefined],
    [1, 71, 'vital-hypotension-child'],
    [1, 72, undefined],
    [5.9, 79, 'vital-hypotension-child'],
    [5.9, 80, undefined],
    [10.9, 89, 'vital-hypotension-child'],
    [10.9, 90, undefined],
    [11, 60, undefined],
    [40, 60, undefined],
  ])('at %d years with a systolic pressure of %d: %s', (age, systolic_bp_mmhg, id) => {
    expect(fired(child(age, { systolic_bp_mmhg }))).toEqual(id ? [id] : []);
  });

  it.each([
    [3, 61, true],
    [3, 60, false],
    [15.9, 61, true],
    [16, 61, false],
  ])('at %d years with %d breaths a minute: %s', (age, respiratory_rate, expected) => {
    expect(fired(child(age, { respiratory_rate })).length > 0).toBe(expected);
  });

  it('gives the rule’s shape, with what fired it and where it was read', () => {
    expect(fireLimits(vitalLimits, child(4, { systolic_bp_mmhg: 70 }))).toEqual([
      {
        id: 'vital-hypotension-child',
        title: expect.objectContaining({ es: expect.any(String), en: expect.any(String) }),
        urgency: 'urgent',
        action: { es: expect.stringMatching(/^Considere /), en: expect.stringMatching(/^Consider /) },
        source: expect.objectContaining({ url: expect.stringMatching(/^https:/) }),
        matched: ['systolic_bp_mmhg'],
      },
    ]);
  });

  it.each([
    [90, 1],
    [91, 0],
  ])('fires on a child of a saturation of %s: %s', (spo2_percent, times) => {
    expect(fired(child(5, { spo2_percent }))).toHaveLength(times);
  });

  it('fires nothing in pregnancy', () => {
    const low = { systolic_bp_mmhg: 60 };
    expect(fired(child(10, low, { pregnant: true, gender: 'F' }))).toEqual([]);
    expect(fired(child(10, low))).toHaveLength(1);
  });

  it('never takes a firing away as the pressure falls or the breathing quickens', () => {
    const value = fc.integer({ min: 0, max: 200 });
    fc.assert(
      fc.property(fc.double({ min: 0, max: 15.9, noNaN: true }), value, value, (age, one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        expect(fired(child(age, { systolic_bp_mmhg: low }))).toEqual(
          expect.arrayContaining(fired(child(age, { systolic_bp_mmhg: high }))),
        );
        expect(fired(child(age, { respiratory_rate: high }))).toEqual(
          expect.arrayContaining(fired(child(age, { respiratory_rate: low }))),
        );
      }),
    );
  });
});

describe('outOfRange', () => {
  it('takes the reference of the age, and none under a month or from 16 years on', () => {
    const at = (age: number) => beyond(child(age, { heart_rate: 130 }));

    expect(at(1)).toEqual([]);
    expect(at(6)).toEqual([{ id: 'paed-6-years', vital: 'heart_rate', bound: { above: 115 } }]);
    expect([at(0.05), at(16)]).toEqual([[], []]);
    expect(beyond(child(6, { heart_rate: 74 }))).toEqual([
      { id: 'paed-6-years', vital: 'heart_rate', bound: { below: 75 } },
    ]);
  });

  it('has a reference for every age from one month to 16 years', () => {
    fc.assert(
      fc.property(fc.double({ min: 1 / 12 + 0.001, max: 15.99, noNaN: true }), (age) => {
        expect(beyond(child(age, { heart_rate: 300 })).some(({ id }) => id.startsWith('paed-'))).toBe(true);
      }),
    );
  });

  it('holds NICE’s limits for feverish children against those with fever, told or measured', () => {
    const limits = (who: Patient) => beyond(who).filter(({ id }) => id.startsWith('vital-fever'));
    const vitals = { spo2_percent: 95 };

    expect(limits(child(3, vitals))).toEqual([]);
    expect(limits(child(3, { ...vitals, temperature_c: 38 }))).toHaveLength(1);
    expect(limits(patient([finding('fiebre')], { age: 3, vitals }))).toHaveLength(1);
    expect(limits(patient([finding('fiebre', { present: false })], { age: 3, vitals }))).toEqual([]);
    expect(limits(patient([finding('fiebre')], { age: 5, vitals }))).toEqual([]);
  });

  it('holds the asthma limits against adults with asthma, told or likely', () => {
    const vitals = { spo2_percent: 91, heart_rate: 110 };
    const asthma = [
      { id: 'vital-asthma-severe', vital: 'heart_rate', bound: { at_least: 110 } },
      { id: 'vital-asthma-life-threatening', vital: 'spo2_percent', bound: { below: 92 } },
    ];

    expect(beyond(patient([], { vitals }))).toEqual([]);
    expect(beyond(patient([finding('asma', { history: true })], { vitals }))).toEqual(asthma);
    const likely = new Set(['Bronchospasm / acute asthma exacerbation']);
    expect(beyond(patient([], { vitals }), likely)).toEqual(asthma);
  });
});

describe('unevaluated', () => {
  const ALL: Vitals = {
    temperature_c: 37,
    heart_rate: 100,
    respiratory_rate: 20,
    systolic_bp_mmhg: 100,
    diastolic_bp_mmhg: 60,
    spo2_percent: 97,
    supplemental_oxygen: true,
    consciousness: 'A',
  };
  const named = (who: Patient, judged: readonly string[] = []) => unevaluated(vitalLimits, who, judged);

  it('names what nothing reads, and never what is not an anomaly by itself', () => {
    expect(named(child(6, ALL))).toEqual(['diastolic_bp_mmhg']);
    expect(named(child(6, { consciousness: 'P' }))).toEqual(['consciousness']);
  });

  it.each([20, 45, 60])('names a newborn’s %d breaths: there is no lower limit', (respiratory_rate) => {
    expect(named(child(0.02, { respiratory_rate }))).toEqual(['respiratory_rate']);
  });

  it('does not name what crossed a limit', () => {
    expect(named(child(0.02, { respiratory_rate: 61 }))).toEqual([]);
    expect(named(child(0.02, { systolic_bp_mmhg: 59 }))).toEqual([]);
  });

  it('asks of a saturation no more than a lower limit', () => {
    expect(named(child(0.02, { spo2_percent: 97 }))).toEqual([]);
  });

  it('names an adult’s diastolic pressure only where nobody judged the systolic one', () => {
    const scored = Object.keys(ALL).filter((vital) => vital !== 'diastolic_bp_mmhg');
    expect(named(child(50, ALL), scored)).toEqual([]);
    expect(named(child(50, { diastolic_bp_mmhg: 60 }))).toEqual(['diastolic_bp_mmhg']);
    expect(named(child(50, { diastolic_bp_mmhg: 120 }))).toEqual([]);
    expect(named(child(17, ALL), scored)).toEqual(['diastolic_bp_mmhg']);
  });

  it('does not name what a rule fired on', () => {
    expect(named(child(15, { consciousness: 'U' }), ['consciousness'])).toEqual([]);
  });

  it('counts the references out in pregnancy', () => {
    const pregnant = child(15, { heart_rate: 90 }, { pregnant: true, gender: 'F' });
    expect(named(pregnant)).toEqual(['heart_rate']);
  });

  it('names only what was given, and everything judged by nobody', () => {
    const vital = fc.constantFrom(...(Object.keys(ALL) as (keyof Vitals)[]));
    fc.assert(
      fc.property(
        fc.uniqueArray(vital),
        fc.uniqueArray(vital),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (given, judged, age) => {
          const vitals = Object.fromEntries(given.map((name) => [name, ALL[name]]));
          const names = named(child(age, vitals), judged);
          expect(given).toEqual(expect.arrayContaining(names));
          expect(names.filter((name) => judged.includes(name))).toEqual([]);
          const isJudged = judged.some((name) => name.endsWith('_bp_mmhg'));
          if (given.includes('diastolic_bp_mmhg') && !isJudged) expect(names).toContain('diastolic_bp_mmhg');
        },
      ),
    );
  });
});

describe('vitalScores', () => {
  const PNEUMONIA = new Set(['Pneumonia']);
  const scored = (vitals: Vitals, age = 70) =>
    vitalScores(vitalLimits.scores, patient([], { age, vitals }), PNEUMONIA)[0];

  it.each<[Vitals, number, number, string | undefined]>([
    [
      { consciousness: 'A', respiratory_rate: 16, systolic_bp_mmhg: 120, diastolic_bp_mmhg: 70 },
      40,
      0,
      'low',
    ],
    [
      { consciousness: 'A', respiratory_rate: 16, systolic_bp_mmhg: 120, diastolic_bp_mmhg: 60 },
      40,
      1,
      'inter',
    ],
    [
      { consciousness: 'C', respiratory_rate: 30, systolic_bp_mmhg: 89, diastolic_bp_mmhg: 70 },
      65,
      4,
      'high',
    ],
    [{ respiratory_rate: 30 }, 64, 1, undefined],
    [{ respiratory_rate: 30, systolic_bp_mmhg: 100 }, 65, 2, undefined],
  ])('gives %j at %d years %d points', (vitals, age, points, risk) => {
    const score = scored(vitals, age);

    expect(score?.points).toBe(points);
    expect(score?.risk?.en.slice(0, risk?.length)).toBe(risk);
    expect((score?.missing.length ?? 0) > 0).toBe(risk === undefined);
  });

  it('concerns adults with pneumonia, told or likely, of whom something was measured', () => {
    const vitals = { respiratory_rate: 30 };
    const count = (who: Patient, likely = NOBODY) => vitalScores(vitalLimits.scores, who, likely).length;

    expect(count(patient([], { vitals }))).toBe(0);
    expect(count(patient([finding('neumonia')], { vitals }))).toBe(1);
    expect(count(patient([], { vitals, age: 17 }), PNEUMONIA)).toBe(0);
    expect(count(patient([], { vitals: { temperature_c: 39 } }), PNEUMONIA)).toBe(0);
  });
});
