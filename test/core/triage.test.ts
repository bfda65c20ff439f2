import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Differential } from '../../lambdas/core/differential.ts';
import { type ConditionSeverities, severityMass, triage, triageByRules } from '../../lambdas/core/triage.ts';
import { type FiredRule, type Patient, SEVERITIES } from '../../lambdas/core/types.ts';
import { bundle } from '../fixtures/bundle.ts';
import { finding, patient } from '../fixtures/vocabulary.ts';

const severities: ConditionSeverities = {
  common: ['MOLESTIAS_LEVES', 'ENFERMEDAD_AGUDA', 'ENFERMEDAD_AGUDA', 'NO_ENFERMO'],
  orphan: 'ENFERMEDAD_CRONICA',
};
const threeFindings = patient([finding('fiebre'), finding('dolor_pecho'), finding('dificultad_respirar')]);

function list(pCommon: number, common: readonly number[]): Differential {
  return { pCommon, common: Float64Array.from(common), probabilities: new Float64Array(6) };
}
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
const judged = (
  differential: Differential,
  {
    who = threeFindings,
    fired = [],
    unknown = false,
    unscored = false,
    abnormal = false,
  }: {
    who?: Patient;
    fired?: FiredRule[];
    unknown?: boolean;
    unscored?: boolean;
    abnormal?: boolean;
  } = {},
) =>
  triage(bundle, severities, who, differential, fired, {
    unknownFindings: unknown,
    vitalsNotScored: unscored,
    vitalsMayBeAbnormal: abnormal,
  });

describe('triage', () => {
  it('shows the class of greatest mass with that mass as confidence', () => {
    expect(judged(list(0.95, [0.05, 0.5, 0.4, 0.05]))).toEqual({
      severity: 'ENFERMEDAD_AGUDA',
      confidence: 0.95 * 0.9,
      urgentByModel: true,
      orphan: { level: 'NONE', probability: expect.closeTo(0.05, 12) },
      reviewReasons: [],
    });
  });

  it('says well only where that is likelier than ill', () => {
    const severity = (well: number) => judged(list(1, [0.3, 0.7 - well, 0, well])).severity;

    expect([severity(0.4), severity(0.5), severity(0.51)]).toEqual([
      'MOLESTIAS_LEVES',
      'MOLESTIAS_LEVES',
      'NO_ENFERMO',
    ]);
  });

  it('counts all orphan mass as chronic and suspects an orphan condition by its level', () => {
    const level = (pCommon: number) => judged(list(pCommon, [1, 0, 0, 0])).orphan?.level;
    expect(judged(list(0.25, [1, 0, 0, 0]))).toMatchObject({
      severity: 'ENFERMEDAD_CRONICA',
      confidence: 0.75,
    });
    expect([level(0.85), level(0.8), level(0.31), level(0.3), level(0.25)]).toEqual([
      'NONE',
      'NONE',
      'POSSIBLE',
      'HIGH',
      'HIGH',
    ]);
  });

  it.each(['NO_ENFERMO', 'MOLESTIAS_LEVES'])(
    'lifts %s to acute illness when an immediate rule fired',
    (mild) => {
      const differential = list(1, mild === 'NO_ENFERMO' ? [0, 0.1, 0, 0.9] : [0.9, 0.1, 0, 0]);
      const lifted = judged(differential, { fired: [rule('immediate')] });
      expect(lifted).toMatchObject({ severity: 'ENFERMEDAD_AGUDA', confidence: 0.1 });
      expect(lifted.reviewReasons).toEqual(['LOW_CONFIDENCE', 'RULE_DISAGREEMENT']);
      expect(judged(differential, { fired: [rule('urgent')] }).severity).toBe('ENFERMEDAD_AGUDA');
    },
  );

  it('leaves a chronic illness what it is when an immediate rule fired, and says that they disagree', () => {
    const { severity, reviewReasons } = judged(list(0.2, [1, 0, 0, 0]), { fired: [rule('immediate')] });
    expect(severity).toBe('ENFERMEDAD_CRONICA');
    expect(reviewReasons).toContain('RULE_DISAGREEMENT');
  });

  it('asks more probability of urgent conditions where fewer findings speak', () => {
    const differential = list(1, [0.5, 0.3, 0.2, 0]);
    const urgent = (who: Patient) => judged(differential, { who }).urgentByModel;
    expect(urgent(threeFindings)).toBe(true);
    expect(urgent(patient(threeFindings.findings.slice(0, 2)))).toBe(false);
  });

  it('weighs the urgent conditions by how likely a common condition is at all', () => {
    const urgent = (pCommon: number) => judged(list(pCommon, [0, 0.6, 0.4, 0])).urgentByModel;

    expect([urgent(1), urgent(0.001)]).toEqual([true, false]);
  });

  it('calls nobody urgent for what lies in the past', () => {
    const past = threeFindings.findings.map((known) => ({ ...known, history: true as const }));

    expect(judged(list(1, [0, 1, 0, 0]), { who: patient(past) }).urgentByModel).toBe(false);
  });

  it('does not say well where vital signs may be abnormal or a finding was not read', () => {
    const well = list(1, [0.1, 0, 0, 0.9]);
    const notRead = patient([...threeFindings.findings, finding('moscas_volantes')]);

    expect(judged(well).severity).toBe('NO_ENFERMO');
    expect(judged(well, { abnormal: true }).severity).toBe('MOLESTIAS_LEVES');
    expect(judged(well, { unknown: true }).severity).toBe('MOLESTIAS_LEVES');
    expect(judged(well, { who: notRead }).severity).toBe('MOLESTIAS_LEVES');
    expect(judged(well, { unscored: true }).reviewReasons).toEqual(['UNSUPPORTED_POPULATION']);
  });

  it('never says well and urgent together', () => {
    expect(judged(list(1, [0, 0.45, 0, 0.55]))).toMatchObject({
      severity: 'ENFERMEDAD_AGUDA',
      urgentByModel: true,
    });
  });

  it('leaves urgency to the rules where no finding means anything to the models', () => {
    const who = patient([finding('moscas_volantes')]);
    expect(judged(list(1, [0, 1, 0, 0]), { who }).urgentByModel).toBe(false);
  });

  it.each<[string, Parameters<typeof judged>, string[]]>([
    ['a mass below 0.7', [list(1, [0.4, 0.6, 0, 0])], ['LOW_CONFIDENCE']],
    [
      'two findings',
      [list(1, [0, 1, 0, 0]), { who: patient(threeFindings.findings.slice(1)) }],
      ['INSUFFICIENT_DATA'],
    ],
    ['a possible orphan condition', [list(0.75, [0, 1, 0, 0])], ['ORPHAN_SUSPICION']],
    [
      'an infant',
      [list(1, [0, 1, 0, 0]), { who: { ...threeFindings, age: 0.9 } }],
      ['UNSUPPORTED_POPULATION'],
    ],
    [
      'a pregnancy',
      [list(1, [0, 1, 0, 0]), { who: { ...threeFindings, pregnant: true } }],
      ['UNSUPPORTED_POPULATION'],
    ],
    ['unknown findings', [list(1, [0, 1, 0, 0]), { unknown: true }], ['UNKNOWN_FINDINGS']],
    ['none of these', [list(1, [0, 1, 0, 0]), { who: { ...threeFindings, age: 1, pregnant: false } }], []],
  ])('asks for a specialist with %s', (_, args, reasons) => {
    expect(judged(...args).reviewReasons).toEqual(reasons);
  });
});

describe('severityMass', () => {
  it('adds up to 1', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), weights, (pCommon, xs) => {
        const sum = xs.reduce((a, b) => a + b, 0);
        const mass = severityMass(
          severities,
          list(
            pCommon,
            xs.map((x) => x / sum),
          ),
        );
        expect(SEVERITIES.reduce((total, severity) => total + mass[severity], 0)).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('triageByRules', () => {
  it('says acute illness, no confidence, and why', () => {
    expect(
      triageByRules(patient([finding('fiebre')], { pregnant: true }), {
        unknownFindings: true,
        vitalsNotScored: false,
        vitalsMayBeAbnormal: false,
      }),
    ).toEqual({
      severity: 'ENFERMEDAD_AGUDA',
      confidence: null,
      urgentByModel: false,
      orphan: null,
      reviewReasons: ['INSUFFICIENT_DATA', 'UNSUPPORTED_POPULATION', 'UNKNOWN_FINDINGS', 'MODEL_UNAVAILABLE'],
    });
  });
});
