import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toModel } from '../../lambdas/adapters/model.ts';
import { triage, triageByRules } from '../../lambdas/core/triage.ts';
import type { Trust } from '../../lambdas/core/trust.ts';
import type { FiredRule, Patient } from '../../lambdas/core/types.ts';
import { bundle, models } from '../fixtures/bundle.ts';
import { listed, type Said } from '../fixtures/differential.ts';
import { finding, patient } from '../fixtures/vocabulary.ts';

const { knowledge } = toModel(bundle, models);
const { gravity } = knowledge;
const threeFindings = patient([finding('fiebre'), finding('dolor_pecho'), finding('dificultad_respirar')]);
const TRUSTED: Trust = {
  set: { rows: [], wellInSet: false },
  ood: 0,
  outOfDistribution: false,
  sufficiency: 1,
  lowSufficiency: false,
  covered: true,
};
const NO_GAPS = {
  unknownFindings: false,
  vitalsNotScored: false,
  vitalsMayBeAbnormal: false,
  staleModel: false,
};

function rule(urgency: FiredRule['urgency']): FiredRule {
  const text = { es: 'x', en: 'x' };
  return {
    id: 'r',
    title: text,
    urgency,
    action: text,
    source: { title: '', publisher: '', section: '', url: '' },
    matched: [],
  };
}

interface Given {
  readonly who?: Patient;
  readonly fired?: readonly FiredRule[];
  readonly trust?: Partial<Trust>;
  readonly gaps?: Partial<typeof NO_GAPS>;
}
const judged = (said: Said, { who = threeFindings, fired = [], trust, gaps }: Given = {}) =>
  triage(knowledge, gravity, who, listed(said), fired, { ...TRUSTED, ...trust }, { ...NO_GAPS, ...gaps });

/** Nothing but the doubt asked about. */
const sure: Said = { common: [0, 1, 0, 0] };

describe('triage', () => {
  it('shows the class of least expected cost with its mass as confidence', () => {
    expect(judged({ gate: { orphan: 0.05 }, common: [0.05, 0.5, 0.4, 0.05] })).toEqual({
      severity: 'ENFERMEDAD_AGUDA',
      confidence: expect.closeTo(0.95 * 0.9, 12),
      severityMass: {
        NO_ENFERMO: expect.closeTo(0.95 * 0.05, 12),
        MOLESTIAS_LEVES: expect.closeTo(0.95 * 0.05, 12),
        ENFERMEDAD_LEVE: 0,
        ENFERMEDAD_AGUDA: expect.closeTo(0.95 * 0.9, 12),
        ENFERMEDAD_CRONICA: expect.closeTo(0.05, 12),
      },
      urgency: 'IMMEDIATE',
      course: 'ACUTE',
      urgentByModel: true,
      orphan: { level: 'NONE', probability: 0.05 },
      reviewReasons: [],
    });
  });

  it('suspects an orphan condition by the weight of its part, and highly where one alone is over 0.7', () => {
    const level = (orphan: number) => judged({ gate: { orphan } }).orphan?.level;
    expect([level(0.19), level(0.2), level(0.69), level(0.7), level(0.75)]).toEqual([
      'NONE',
      'POSSIBLE',
      'POSSIBLE',
      'HIGH',
      'HIGH',
    ]);
    const single = judged({ gate: { orphan: 0.75 }, orphan: [0.96, 0.02, 0.02] });
    expect(single).toMatchObject({ severity: 'ENFERMEDAD_CRONICA', orphan: { level: 'HIGH' } });
    expect(single.confidence).toBeCloseTo(0.75, 12);
    expect(single.reviewReasons).toContain('ORPHAN_SUSPICION');
  });

  it.each(['NO_ENFERMO', 'MOLESTIAS_LEVES'])(
    'lifts %s to acute illness when an immediate rule fired',
    (mild) => {
      const said = { common: mild === 'NO_ENFERMO' ? [0, 0.1, 0, 0.9] : [0.9, 0.1, 0, 0] };
      const lifted = judged(said, { fired: [rule('immediate')] });
      expect(lifted).toMatchObject({ severity: 'ENFERMEDAD_AGUDA', confidence: 0.1 });
      expect(lifted.reviewReasons).toEqual(['LOW_CONFIDENCE', 'RULE_DISAGREEMENT']);
      expect(judged(said, { fired: [rule('urgent')] }).severity).toBe('ENFERMEDAD_AGUDA');
    },
  );

  it('calls an emergency acute even where a chronic illness is likeliest, and says that they disagree', () => {
    const chronic = { gate: { orphan: 0.8 } };
    const { severity, reviewReasons } = judged(chronic, { fired: [rule('immediate')] });
    expect(severity).toBe('ENFERMEDAD_AGUDA');
    expect(reviewReasons).toContain('RULE_DISAGREEMENT');
    expect(judged(chronic, { fired: [rule('urgent')] }).severity).toBe('ENFERMEDAD_CRONICA');
  });

  it('does not say well where vital signs may be abnormal or a finding was not read', () => {
    const well = { common: [0.1, 0, 0, 0.9] };
    const notRead = patient([...threeFindings.findings, finding('moscas_volantes')]);

    expect(judged(well).severity).toBe('NO_ENFERMO');
    expect(judged(well, { gaps: { vitalsMayBeAbnormal: true } }).severity).toBe('MOLESTIAS_LEVES');
    expect(judged(well, { gaps: { unknownFindings: true } }).severity).toBe('MOLESTIAS_LEVES');
    expect(judged(well, { who: notRead }).severity).toBe('MOLESTIAS_LEVES');
  });

  it('raises the severity to what the urgency says, whoever says it', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const parts = (n: number) =>
      fc
        .array(share, { minLength: n, maxLength: n })
        .map((weights) => weights.map((w) => (w + 1e-9) / weights.reduce((sum, one) => sum + one + 1e-9, 0)));
    const anything = fc.record({ gate: parts(3), common: parts(4), broad: parts(3), orphan: parts(3) });
    const rules = fc.subarray([rule('immediate'), rule('urgent')]);
    fc.assert(
      fc.property(anything, rules, ({ gate, ...said }, fired) => {
        const weights = { broad: gate[0] ?? 0, orphan: gate[1] ?? 0 };
        const { severity, urgency, reviewReasons } = judged({ gate: weights, ...said }, { fired });
        if (urgency === 'IMMEDIATE') expect(severity).toBe('ENFERMEDAD_AGUDA');
        if (urgency === 'URGENT') expect(['NO_ENFERMO', 'MOLESTIAS_LEVES']).not.toContain(severity);
        if (fired.length > 0 && severity !== 'ENFERMEDAD_AGUDA')
          expect(reviewReasons).toContain('RULE_DISAGREEMENT');
      }),
    );
  });

  it('never says well and urgent together', () => {
    expect(judged({ common: [0, 0.45, 0, 0.55] })).toMatchObject({
      severity: 'ENFERMEDAD_AGUDA',
      urgentByModel: true,
    });
  });

  it.each<[string, Said, Given, string[]]>([
    ['a mass below 0.7', { common: [0.4, 0.6, 0, 0] }, {}, ['LOW_CONFIDENCE']],
    [
      'a set of an emergency and of what can wait',
      { common: [0.1, 0.9, 0, 0] },
      { trust: { set: { rows: [4, 3], wellInSet: false } } },
      ['AMBIGUOUS_SET'],
    ],
    [
      'findings unlike any patient’s',
      sure,
      { trust: { ood: 1, outOfDistribution: true } },
      ['OUT_OF_DISTRIBUTION'],
    ],
    ['two findings', sure, { who: patient(threeFindings.findings.slice(1)) }, ['INSUFFICIENT_DATA']],
    [
      'findings that do not suffice',
      sure,
      { trust: { sufficiency: 0.1, lowSufficiency: true } },
      ['INSUFFICIENT_DATA'],
    ],
    ['a possible orphan condition', { gate: { orphan: 0.25 } }, {}, ['ORPHAN_SUSPICION']],
    [
      'a rule that the models do not share',
      { common: [1, 0, 0, 0] },
      { fired: [rule('urgent')] },
      ['LOW_CONFIDENCE', 'RULE_DISAGREEMENT'],
    ],
    [
      'parts that disagree on the severity',
      { gate: { broad: 0.4 }, common: [1, 0, 0, 0] },
      {},
      ['LOW_CONFIDENCE', 'RULE_DISAGREEMENT'],
    ],
    ['an infant', sure, { who: { ...threeFindings, age: 0.9 } }, ['UNSUPPORTED_POPULATION']],
    ['a pregnancy', sure, { who: { ...threeFindings, pregnant: true } }, ['UNSUPPORTED_POPULATION']],
    ['vital signs not evaluated', sure, { gaps: { vitalsNotScored: true } }, ['UNSUPPORTED_POPULATION']],
    ['a model too old', sure, { gaps: { staleModel: true } }, ['STALE_MODEL']],
    ['unknown findings', sure, { gaps: { unknownFindings: true } }, ['UNKNOWN_FINDINGS']],
    ['none of these', sure, { who: { ...threeFindings, age: 1, pregnant: false } }, []],
  ])('asks for a specialist with %s', (_, said, given, reasons) => {
    expect(judged(said, given).reviewReasons).toEqual(reasons);
  });

  it('lowers neither severity nor urgency for any doubt', () => {
    const doubted = judged(
      { common: [0.1, 0.9, 0, 0] },
      {
        who: { ...threeFindings, pregnant: true },
        trust: {
          set: { rows: [3, 4], wellInSet: true },
          ood: 1,
          outOfDistribution: true,
          sufficiency: 0,
          lowSufficiency: true,
          covered: false,
        },
        gaps: { unknownFindings: true, vitalsNotScored: true, vitalsMayBeAbnormal: true, staleModel: true },
      },
    );
    expect(doubted).toMatchObject({ severity: 'ENFERMEDAD_AGUDA', confidence: 0.9, urgentByModel: true });
    expect(doubted.reviewReasons).toEqual([
      'AMBIGUOUS_SET',
      'OUT_OF_DISTRIBUTION',
      'INSUFFICIENT_DATA',
      'UNSUPPORTED_POPULATION',
      'STALE_MODEL',
      'UNKNOWN_FINDINGS',
    ]);
  });
});

describe('triageByRules', () => {
  it('says acute illness, no confidence, and why', () => {
    const gaps = { ...NO_GAPS, unknownFindings: true, staleModel: true };
    expect(triageByRules(patient([finding('fiebre')], { pregnant: true }), [rule('urgent')], gaps)).toEqual({
      severity: 'ENFERMEDAD_AGUDA',
      confidence: null,
      severityMass: null,
      urgency: 'URGENT',
      course: 'UNKNOWN',
      urgentByModel: false,
      orphan: null,
      reviewReasons: ['INSUFFICIENT_DATA', 'UNSUPPORTED_POPULATION', 'UNKNOWN_FINDINGS', 'MODEL_UNAVAILABLE'],
    });
  });
});
