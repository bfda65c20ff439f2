import { describe, expect, it } from 'vitest';
import { toModel } from '../../lambdas/adapters/model.ts';
import type { FiredRule, Patient, StatedUrgency } from '../../lambdas/core/types.ts';
import { isUrgentByModel, spansUrgencies, urgencyByRules, urgencyLevel } from '../../lambdas/core/urgency.ts';
import { bundle, models } from '../fixtures/bundle.ts';
import { listed, type Said } from '../fixtures/differential.ts';
import { finding, patient } from '../fixtures/vocabulary.ts';

const { knowledge } = toModel(bundle, models);
const { urgencies } = knowledge.gravity;
const threeFindings = patient([finding('fiebre'), finding('dolor_pecho'), finding('dificultad_respirar')]);
const urgent = (said: Said, who: Patient = threeFindings) =>
  isUrgentByModel(knowledge, urgencies, who, listed(said));

describe('urgenciesOf', () => {
  it('takes trained conditions as they were trained, others as their sources state, orphan ones as unknown', () => {
    expect(urgencies.byRow).toEqual([
      null,
      null,
      null,
      'self_care',
      'emergency',
      'emergency',
      'emergency',
      null,
    ]);
    expect(urgencies.emergencies).toEqual([4, 5, 6]);
  });
});

describe('isUrgentByModel', () => {
  it('asks more probability of urgent conditions where fewer findings speak', () => {
    const said = { common: [0.5, 0.3, 0.2, 0] };
    expect(urgent(said)).toBe(true);
    expect(urgent(said, patient(threeFindings.findings.slice(0, 2)))).toBe(false);
  });

  it('weighs the urgent conditions by how likely their part is at all', () => {
    const beside = (orphan: number) => urgent({ gate: { orphan }, common: [0, 0.6, 0.4, 0] });
    expect([beside(0), beside(0.999)]).toEqual([true, false]);
  });

  it('counts conditions known from texts alone where these call them an emergency, and no others', () => {
    const known = (broad: readonly number[]) => urgent({ gate: { broad: 0.9 }, common: [1, 0, 0, 0], broad });
    expect(known([0, 1, 0])).toBe(true);
    expect(known([0, 0, 1])).toBe(false);
    expect(known([1, 0, 0])).toBe(false);
  });

  it('hears a complaint that the broad layer alone reads', () => {
    const said = { gate: { broad: 0.9 }, broad: [0, 1, 0] };
    expect(urgent(said, patient([finding('tos')]))).toBe(true);
  });

  it('calls nobody urgent for what lies in the past, or for what no model reads', () => {
    const past = threeFindings.findings.map((known) => ({ ...known, history: true as const }));
    expect(urgent({ common: [0, 1, 0, 0] }, patient(past))).toBe(false);
    expect(urgent({ common: [0, 1, 0, 0] }, patient([finding('moscas_volantes')]))).toBe(false);
  });
});

describe('spansUrgencies', () => {
  it.each<[string, number[], boolean, boolean]>([
    ['an emergency and a condition that can wait', [4, 3], false, true],
    ['an emergency and no disease at all', [6], true, true],
    ['emergencies alone', [4, 5, 6], false, false],
    ['what can wait, and no disease', [3], true, false],
    ['an emergency and conditions of unknown urgency', [4, 0, 7], false, false],
    ['nothing', [], true, false],
  ])('of a set with %s', (_, rows, wellInSet, expected) => {
    const probabilities = new Float64Array(8).fill(0.1);
    expect(spansUrgencies(urgencies, { rows, wellInSet }, { probabilities, none: 0.2 })).toBe(expected);
  });

  it.each([
    [0.001, 0.9, false],
    [0.9, 0.001, false],
    [0.0199, 0.5, false],
    [0.02, 0.02, true],
  ])('asks for something on each side: %d that may not wait, %d that may', (soon, later, expected) => {
    const probabilities = Float64Array.from([0, 0, 0, later, soon / 2, soon / 2, 0, 0]);
    const set = { rows: [3, 4, 5], wellInSet: false };
    expect(spansUrgencies(urgencies, set, { probabilities, none: 0 })).toBe(expected);
  });
});

describe('urgencyLevel', () => {
  const byRow: readonly (StatedUrgency | null)[] = ['emergency', 'urgent', 'routine', 'self_care', null];
  const fired = (urgency: FiredRule['urgency']) => [{ urgency } as FiredRule];
  const level = (
    probabilities: readonly number[],
    {
      none = 0,
      rules = [] as readonly FiredRule[],
      byModel = false,
      hasComplaint = true,
      vitalsNotScored = false,
    } = {},
  ) =>
    urgencyLevel(
      { byRow, emergencies: [0] },
      { probabilities: Float64Array.from(probabilities), none },
      rules,
      byModel,
      { hasComplaint, vitalsNotScored },
    );

  it.each<[number[], Parameters<typeof level>[1], string]>([
    [[0, 0, 1, 0, 0], { rules: fired('immediate') }, 'IMMEDIATE'],
    [[0.6, 0, 0.4, 0, 0], { byModel: true }, 'IMMEDIATE'],
    [[0.3, 0, 0.7, 0, 0], { byModel: true }, 'URGENT'],
    [[0, 0, 1, 0, 0], { rules: fired('urgent') }, 'URGENT'],
    [[0, 0.5, 0.5, 0, 0], {}, 'URGENT'],
    [[0, 0.2, 0.2, 0, 0.6], {}, 'UNKNOWN'],
    [[0, 0.3, 0.3, 0, 0.4], {}, 'URGENT'],
    [[0, 0.3, 0.3, 0, 0.4], { hasComplaint: false }, 'ROUTINE'],
    [[0, 0.1, 0.2, 0.7, 0], { vitalsNotScored: true }, 'UNKNOWN'],
    [[0, 0.1, 0.3, 0, 0.6], {}, 'UNKNOWN'],
    [[0, 0, 0, 0, 1], {}, 'UNKNOWN'],
    [[0, 0.1, 0.5, 0.4, 0], {}, 'ROUTINE'],
    [[0, 0.1, 0.2, 0.7, 0], {}, 'SELF_CARE'],
    [[0, 0, 0.3, 0.1, 0], { none: 0.6 }, 'SELF_CARE'],
  ])('of %j with %j is %s', (probabilities, told, expected) => {
    expect(level(probabilities, told)).toBe(expected);
  });

  it('never calls for less than the attention that the answer asks for', () => {
    for (const told of [{ byModel: true }, { rules: fired('urgent') }, { rules: fired('immediate') }])
      for (let row = 0; row < byRow.length; row++)
        expect(['IMMEDIATE', 'URGENT']).toContain(
          level(
            byRow.map((_, i) => Number(i === row)),
            told,
          ),
        );
  });

  it('follows the rules alone where no model ran', () => {
    expect([urgencyByRules([]), urgencyByRules(fired('urgent'))]).toEqual(['UNKNOWN', 'URGENT']);
    expect(urgencyByRules([...fired('urgent'), ...fired('immediate')])).toBe('IMMEDIATE');
  });
});
