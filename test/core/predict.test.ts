import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { toModel } from '../../lambdas/adapters/model.ts';
import type { Bundle, Condition } from '../../lambdas/core/bundle.ts';
import { ModelUnavailableError, predict, type RunMembers } from '../../lambdas/core/predict.ts';
import type { Patient } from '../../lambdas/core/types.ts';
import { bundle, runMembers } from '../fixtures/bundle.ts';
import { finding, patient } from '../fixtures/vocabulary.ts';

const { knowledge } = toModel(bundle, runMembers);
const predicted = (who: Patient, members: RunMembers = runMembers) => predict(knowledge, who, false, members);
const broken: RunMembers = async () => {
  throw new Error('out of memory');
};
/** The fixture with five orphan diseases more, which no finding speaks for. */
const large: Bundle = {
  ...bundle,
  conditions: [
    ...[1, 2, 3, 4, 5].map(
      (n): Condition => ({
        code: `ORPHA:90${n}`,
        codes: [`ORPHA:90${n}`],
        name: { es: `Enfermedad ${n}`, en: `Disease ${n}` },
        esLang: 'es',
        kind: 'orphan',
      }),
    ),
    ...bundle.conditions,
  ],
  orphanCount: bundle.orphanCount + 5,
  orphan: {
    ...bundle.orphan,
    profiles: { ...bundle.orphan.profiles, rows: bundle.orphan.profiles.rows.map((row) => row + 5) },
  },
};
const coronary = patient([finding('dolor_pecho'), finding('dificultad_respirar')], { age: 60, gender: 'M' });

describe('predict', () => {
  it('gives the list, the first condition’s explanation and the fired rules', async () => {
    const { fired, model, triage } = await predicted(coronary);

    expect(fired.map(({ id }) => id)).toContain('rf-acs-autonomic');
    expect(model?.top[0]?.condition.code).toBe('I20.0');
    expect(model?.explanation.findings.get(coronary.findings[0] as never)).toBeGreaterThan(0);
    expect(triage.severity).toBe('ENFERMEDAD_AGUDA');
  });

  it('shows no more than ten conditions, likeliest first', async () => {
    const { model } = await predict(toModel(large, runMembers).knowledge, coronary, false, runMembers);
    const shown = model?.top.map(({ probability }) => probability) ?? [];
    const all = [...(model?.differential.probabilities ?? [])].sort((a, b) => b - a);
    expect(all).toHaveLength(11);
    expect(shown).toEqual(all.slice(0, 10));
  });

  it('answers with the rules alone when the models fail', async () => {
    const prediction = await predicted(coronary, broken);

    expect(prediction.model).toBeNull();
    expect(prediction.fired.length).toBeGreaterThan(0);
    expect(prediction.triage.reviewReasons).toContain('MODEL_UNAVAILABLE');
  });

  it('has nothing to say when the models fail and no rule fires', async () => {
    await expect(predicted(patient([finding('moscas_volantes')]), broken)).rejects.toThrow(
      ModelUnavailableError,
    );
  });

  it('keeps what made the models fail', async () => {
    const { failure } = await predicted(coronary, broken);
    expect(failure).toEqual(new Error('out of memory'));
    const thrown = await predicted(patient([]), broken).catch((error) => error);
    expect(thrown.cause).toEqual(new Error('out of memory'));
  });

  it.each<[string, Float32Array[]]>([
    ['too few members', [Float32Array.of(0.25, 0.25, 0.25, 0.25)]],
    ['too few classes', [Float32Array.of(1), Float32Array.of(0.25, 0.25, 0.25, 0.25)]],
    ['probabilities that do not add up', [new Float32Array(4), Float32Array.of(0.25, 0.25, 0.25, 0.25)]],
    ['no number', [Float32Array.of(Number.NaN, 0, 0, 1), Float32Array.of(0.25, 0.25, 0.25, 0.25)]],
    ['a negative number', [Float32Array.of(-1, 1, 1, 0), Float32Array.of(0.25, 0.25, 0.25, 0.25)]],
  ])('takes %s for a failure of the models', async (_, outputs) => {
    const { model, fired } = await predicted(coronary, async () => outputs);
    expect(model).toBeNull();
    expect(fired.length).toBeGreaterThan(0);
  });

  it('does not take a defect of our own for one', async () => {
    const severities = { ...knowledge.severities, common: [] };
    const run = predict({ ...knowledge, severities }, coronary, false, runMembers);
    await expect(run).rejects.toThrow('no severity for class 0');
  });

  it.each([
    [{ age: 15.9 }, true],
    [{ pregnant: true }, true],
    [{ age: 16 }, false],
    [{ age: 15.9, vitals: {} }, false],
  ])('says whether vital signs were left unscored: %j', async (details, expected) => {
    const who = { ...coronary, vitals: { spo2_percent: 80 }, pregnant: false, ...details };
    for (const members of [runMembers, broken]) {
      const { vitalsNotScored, triage } = await predicted(who, members);
      const reasons = triage.reviewReasons.filter((reason) => reason === 'UNSUPPORTED_POPULATION');

      expect(vitalsNotScored).toBe(expected);
      expect(reasons).toHaveLength(expected ? 1 : 0);
    }
  });

  it('fires the rules before it asks the models', async () => {
    const seen: string[] = [];
    const rules = {
      ...knowledge.rules,
      get rules() {
        seen.push('rules');
        return knowledge.rules.rules;
      },
    };
    const members = vi.fn<RunMembers>(async (row) => {
      seen.push('members');
      return runMembers(row);
    });

    await predict({ ...knowledge, rules }, coronary, false, members);

    expect(seen).toEqual(['rules', 'members']);
  });

  it('scores NEWS2 for those of 16 and over who are not pregnant', async () => {
    const score = async (details: Partial<Patient>) =>
      (await predicted({ ...coronary, vitals: { heart_rate: 135 }, ...details })).news2?.score;

    expect(await score({ age: 16 })).toBe(3);
    expect(await score({ age: 15.9 })).toBeUndefined();
    expect(await score({ pregnant: true })).toBeUndefined();
    expect(await score({ vitals: {} })).toBeUndefined();
  });

  it('gives the same answer to the same patient, and never NO_ENFERMO or MOLESTIAS_LEVES beside an immediate rule', async () => {
    const slugs = bundle.vocabulary.terms.flatMap(({ slug }) => slug ?? []);
    const anybody = fc
      .record({
        slugs: fc.uniqueArray(fc.constantFrom(...slugs), { maxLength: 10 }),
        age: fc.integer({ min: 0, max: 120 }),
        gender: fc.constantFrom('F', 'M', 'O'),
      })
      .map(({ slugs, age, gender }) =>
        patient(
          slugs.map((slug) => finding(slug)),
          { age, gender },
        ),
      );
    await fc.assert(
      fc.asyncProperty(anybody, async (who) => {
        const first = await predicted(who);
        expect(await predicted(who)).toEqual(first);
        if (first.fired.some(({ urgency }) => urgency === 'immediate'))
          expect(['NO_ENFERMO', 'MOLESTIAS_LEVES']).not.toContain(first.triage.severity);
      }),
    );
  });
});
