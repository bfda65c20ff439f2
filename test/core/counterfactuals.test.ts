import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toModel } from '../../lambdas/adapters/model.ts';
import { type Change, denying, type Verdict } from '../../lambdas/core/counterfactuals.ts';
import { type Prediction, predict } from '../../lambdas/core/predict.ts';
import type { Patient, Vitals } from '../../lambdas/core/types.ts';
import { bundle, models } from '../fixtures/bundle.ts';
import { finding, patient } from '../fixtures/vocabulary.ts';

const { knowledge } = toModel(bundle, models);
const predicted = (who: Patient, explain = true) =>
  predict(knowledge, who, { unknownFindings: false, now: 0, explain }, models);
const changesOf = async (who: Patient) => (await predicted(who)).explanation?.counterfactuals.changes ?? [];

const shown = ({ model, triage, fired }: Prediction): Verdict => ({
  first: model?.top[0]?.row ?? Number.NaN,
  severity: triage.severity,
  urgent: fired.length > 0 || triage.urgentByModel,
  fired,
});
const applied = (who: Patient, change: Change): Patient =>
  change.kind === 'finding_denied'
    ? denying(who, change.finding)
    : { ...who, vitals: { ...who.vitals, [change.name]: change.to } };

const slugs = bundle.vocabulary.terms.flatMap(({ slug, red = [] }) => (slug && red.length > 0 ? [slug] : []));
const anybody = fc
  .record({
    slugs: fc.uniqueArray(fc.constantFrom(...slugs, 'fiebre', 'dolor_pecho', 'dolor'), { maxLength: 5 }),
    age: fc.integer({ min: 0, max: 100 }),
    vitals: fc.record(
      {
        temperature_c: fc.double({ min: 33, max: 42, noNaN: true }),
        respiratory_rate: fc.integer({ min: 5, max: 40 }),
        spo2_percent: fc.integer({ min: 80, max: 100 }),
        systolic_bp_mmhg: fc.integer({ min: 60, max: 230 }),
        diastolic_bp_mmhg: fc.integer({ min: 30, max: 60 }),
        consciousness: fc.constantFrom('A' as const, 'V' as const),
        supplemental_oxygen: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ slugs, age, vitals }) =>
    patient(
      slugs.map((slug) => finding(slug)),
      { age, gender: 'F', vitals },
    ),
  );

describe('counterfactuals', () => {
  it('come true when the change is made', async () => {
    await fc.assert(
      fc.asyncProperty(anybody, async (who) => {
        for (const { change, before, after } of await changesOf(who)) {
          expect(before).toEqual(shown(await predicted(who, false)));
          expect(after).toEqual(shown(await predicted(applied(who, change), false)));
          expect(after).not.toEqual(before);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('move a temperature of 40 °C to 38 where only that takes NEWS2 under a rule', async () => {
    const vitals: Vitals = { temperature_c: 40, heart_rate: 120, respiratory_rate: 21 };
    const who = patient([finding('moscas_volantes')], { age: 50, vitals });

    const lowered = (await changesOf(who)).find(
      ({ change }) => change.kind === 'vital_sign' && change.name === 'temperature_c',
    );

    expect(lowered?.change).toMatchObject({ from: 40, to: 38 });
    expect([lowered?.before.urgent, lowered?.after.urgent]).toEqual([true, false]);
  });

  it('move each vital sign down and up to the nearest value that changes the answer', async () => {
    const vitals: Vitals = { temperature_c: 40, heart_rate: 120, respiratory_rate: 20 };
    const who = patient([finding('moscas_volantes')], { age: 50, vitals });
    const moved = (await changesOf(who)).map(({ change }) => change);

    // NEWS2: 2 for the heart, 0 for the breath, 2 for 40 °C; five in all, or a single 3, fire a rule.
    expect(moved.filter((change) => change.kind === 'vital_sign')).toEqual([
      { kind: 'vital_sign', name: 'respiratory_rate', from: 20, to: 11 },
      { kind: 'vital_sign', name: 'respiratory_rate', from: 20, to: 21 },
      { kind: 'vital_sign', name: 'heart_rate', from: 120, to: 40 },
      { kind: 'vital_sign', name: 'heart_rate', from: 120, to: 131 },
      { kind: 'vital_sign', name: 'temperature_c', from: 40, to: 35 },
    ]);
  });

  it('never put the systolic pressure below the diastolic', async () => {
    const vitals: Vitals = { systolic_bp_mmhg: 120, diastolic_bp_mmhg: 95 };
    const lowered = (await changesOf(patient([finding('tos')], { age: 50, vitals }))).map(
      ({ change }) => change,
    );
    expect(lowered).toEqual([{ kind: 'vital_sign', name: 'systolic_bp_mmhg', from: 120, to: 220 }]);
  });

  it('deny at most two findings, and no finding that another implies', async () => {
    const who = patient(
      ['dolor_pecho', 'dolor', 'fiebre', 'tos', 'moscas_volantes'].map((slug) => finding(slug)),
    );
    const told = (await predicted(who)).explanation?.counterfactuals;

    expect(told).toMatchObject({ findings: 4, denied: 2 });
    for (const { change } of told?.changes ?? [])
      if (change.kind === 'finding_denied') expect(change.finding.id).not.toBe(finding('dolor').id);
  });

  it('deny first what a rule fires on', async () => {
    const who = patient(
      [finding('dolor_pecho'), finding('dificultad_respirar'), finding('moscas_volantes')],
      {
        age: 60,
      },
    );
    const denied = (await changesOf(who)).flatMap(({ change, after }) =>
      change.kind === 'finding_denied' ? [{ id: change.finding.id, fired: after.fired.length }] : [],
    );
    expect(denied.map(({ id }) => id)).toContain(finding('dificultad_respirar').id);
  });
});
