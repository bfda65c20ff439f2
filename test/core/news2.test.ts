import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { news2Chart } from '../../lambdas/adapters/clinical.ts';
import { type News2Name, news2 } from '../../lambdas/core/news2.ts';
import type { Vitals } from '../../lambdas/core/types.ts';
import { NORMAL_VITALS } from '../fixtures/vocabulary.ts';

/** Plausible ranges in steps finer than the chart's, and a value that scores 0. */
const MEASURED: readonly { name: News2Name; min: number; max: number; normal: number }[] = [
  { name: 'respiratory_rate', min: 0, max: 300, normal: 16 },
  { name: 'spo2_percent', min: 0, max: 100, normal: 100 },
  { name: 'systolic_bp_mmhg', min: 0, max: 375, normal: 120 },
  { name: 'heart_rate', min: 0, max: 350, normal: 70 },
  { name: 'temperature_c', min: 26, max: 45, normal: 37 },
];

const scoreOf = (name: News2Name, value: number): number => {
  const result = news2({ [name]: value }, news2Chart);
  if (!result) throw new Error('nothing scored');
  return result.score;
};

describe('news2', () => {
  it('gives 0 to a well adult with everything measured', () => {
    expect(news2(NORMAL_VITALS, news2Chart)).toEqual({
      score: 0,
      complete: true,
      missing: [],
      parameters: news2Chart.parameters.map(({ name }) => ({ name, score: 0 })),
    });
  });

  it('adds the parameters up to the chart’s maximum of 20', () => {
    const worst: Vitals = {
      respiratory_rate: 30,
      spo2_percent: 85,
      supplemental_oxygen: true,
      systolic_bp_mmhg: 80,
      heart_rate: 140,
      consciousness: 'U',
      temperature_c: 34,
    };
    expect(news2(worst, news2Chart)).toMatchObject({ score: 20, complete: true });
  });

  it.each<{ name: News2Name; edges: [value: number, score: number][] }>([
    {
      name: 'respiratory_rate',
      edges: [
        [8, 3],
        [9, 1],
        [11, 1],
        [12, 0],
        [20, 0],
        [21, 2],
        [24, 2],
        [25, 3],
      ],
    },
    {
      name: 'spo2_percent',
      edges: [
        [91, 3],
        [92, 2],
        [93, 2],
        [94, 1],
        [95, 1],
        [96, 0],
      ],
    },
    {
      name: 'systolic_bp_mmhg',
      edges: [
        [90, 3],
        [91, 2],
        [100, 2],
        [101, 1],
        [110, 1],
        [111, 0],
        [219, 0],
        [220, 3],
      ],
    },
    {
      name: 'heart_rate',
      edges: [
        [40, 3],
        [41, 1],
        [50, 1],
        [51, 0],
        [90, 0],
        [91, 1],
        [110, 1],
        [111, 2],
        [130, 2],
        [131, 3],
      ],
    },
    {
      name: 'temperature_c',
      edges: [
        [35, 3],
        [35.1, 1],
        [36, 1],
        [36.1, 0],
        [38, 0],
        [38.1, 1],
        [39, 1],
        [39.1, 2],
      ],
    },
  ])('scores the edges of $name as the chart does', ({ name, edges }) => {
    expect(edges.map(([value]) => [value, scoreOf(name, value)])).toEqual(edges);
  });

  it.each(['C', 'V', 'P', 'U'] as const)('scores consciousness %s 3', (consciousness) => {
    expect(news2({ consciousness }, news2Chart)?.score).toBe(3);
  });

  it('reads a temperature between two bands as the chart would write it', () => {
    expect(scoreOf('temperature_c', 36.04)).toBe(1);
    expect(scoreOf('temperature_c', 36.06)).toBe(0);
    expect([0, 1]).toContain(scoreOf('temperature_c', 36.05));
  });

  it('calls a partial score a lower bound and names what is missing, in both languages', () => {
    const result = news2({ respiratory_rate: 26, heart_rate: 70 }, news2Chart);

    expect(result).toMatchObject({
      score: 3,
      complete: false,
      missing: ['spo2_percent', 'supplemental_oxygen', 'systolic_bp_mmhg', 'consciousness', 'temperature_c'],
    });
    expect(result?.note?.es).toBe(
      'NEWS2 parcial: 3 es un límite inferior y la puntuación real puede ser mayor. Falta medir: saturación de oxígeno, oxígeno suplementario, presión arterial sistólica, nivel de conciencia, temperatura.',
    );
    expect(result?.note?.en).toContain('Partial NEWS2: 3 is a lower bound');
    expect(result?.note?.en).toContain('oxygen saturation, supplemental oxygen, systolic blood pressure');
  });

  it('is null where nothing that it scores was measured', () => {
    expect(news2({}, news2Chart)).toBeNull();
    expect(news2({ diastolic_bp_mmhg: 60 }, news2Chart)).toBeNull();
  });

  it.each(MEASURED)('puts every plausible $name in exactly one band', ({ name, min, max }) => {
    const parameter = news2Chart.parameters.find((candidate) => candidate.name === name);
    if (!parameter || !('bands' in parameter)) throw new Error(`${name} has no bands`);
    const { bands } = parameter;
    const holds = (band: (typeof bands)[number], value: number) => {
      try {
        return news2({ [name]: value }, { parameters: [{ ...parameter, bands: [band] }] }) !== null;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(fc.double({ min, max, noNaN: true }), (value) => {
        const holding = bands.filter((band) => holds(band, value));
        expect(holding).toHaveLength(1);
      }),
    );
  });

  it.each(MEASURED)('never scores $name lower further from normal', ({ name, min, max, normal }) => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
        (upwards, fractions) => {
          const end = upwards ? max : min;
          const [near, far] = fractions.sort((a, b) => a - b).map((f) => normal + f * (end - normal));
          expect(scoreOf(name, far as number)).toBeGreaterThanOrEqual(scoreOf(name, near as number));
        },
      ),
    );
  });

  it('never falls when one more vital sign is measured', () => {
    fc.assert(
      fc.property(
        fc.subarray(Object.keys(NORMAL_VITALS) as News2Name[], { minLength: 1 }),
        fc.constantFrom(...(Object.keys(NORMAL_VITALS) as News2Name[])),
        (names, further) => {
          const pick = (keys: readonly News2Name[]): Vitals =>
            Object.fromEntries(keys.map((key) => [key, key === 'heart_rate' ? 140 : NORMAL_VITALS[key]]));
          const before = news2(pick(names), news2Chart)?.score ?? 0;
          const after = news2(pick([...names, further]), news2Chart)?.score ?? 0;
          expect(after).toBeGreaterThanOrEqual(before);
        },
      ),
    );
  });
});
