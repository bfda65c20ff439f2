import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { toModel } from '../../lambdas/adapters/model.ts';
import type { Bundle, Condition } from '../../lambdas/core/bundle.ts';
import type { Models } from '../../lambdas/core/parts.ts';
import { assess, explainAssessment, ModelUnavailableError, predict } from '../../lambdas/core/predict.ts';
import type { Patient } from '../../lambdas/core/types.ts';
import { bundle, models } from '../fixtures/bundle.ts';
import { finding, patient } from '../fixtures/vocabulary.ts';

const { knowledge } = toModel(bundle, models);
const TODAY = { unknownFindings: false, now: Date.parse('2026-11-21'), explain: true };
const predicted = (who: Patient, run: Models = models) => predict(knowledge, who, TODAY, run);
const fails = async () => {
  throw new Error('out of memory');
};
const broken: Models = { ...models, common: fails };
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
    discounted: new Uint8Array(11),
    facts: { decades: new Float64Array(8), xRecessive: new Uint8Array(8) },
  },
  broad: { ...bundle.broad, rows: bundle.broad.rows.map((row) => row + 5) },
};
const coronary = patient([finding('dolor_pecho'), finding('dificultad_respirar')], { age: 60, gender: 'M' });

describe('predict', () => {
  it('gives the list, the first condition’s explanation and the fired rules', async () => {
    const { fired, model, triage, explanation } = await predicted(coronary);

    expect(fired.map(({ id }) => id)).toContain('rf-acs-autonomic');
    expect(model?.top[0]?.condition.code).toBe('I20.0');
    const [first] = explanation?.conditions ?? [];
    expect(first?.effects.findings.get(coronary.findings[0] as never)).toBeGreaterThan(0);
    expect(triage.severity).toBe('ENFERMEDAD_AGUDA');
  });

  it('answers without reasons where the models fail while they are sought', async () => {
    // The coalitions are the one batch of several patients.
    const run: Models = {
      ...models,
      common: async (rows, patients) => (patients > 1 ? fails() : models.common(rows, patients)),
    };
    const { model, explanation, failure } = await predicted(coronary, run);

    expect(model?.top[0]?.condition.code).toBe('I20.0');
    expect(explanation).toBeNull();
    expect(failure).toBeUndefined();
  });

  it('shows no more than ten conditions, likeliest first', async () => {
    const run: Models = { ...models, orphanNet: async () => new Float32Array(8) };
    const { model } = await predict(toModel(large, run).knowledge, coronary, TODAY, run);
    const shown = model?.top.map(({ probability }) => probability) ?? [];
    const all = [...(model?.differential.probabilities ?? [])].sort((a, b) => b - a);
    expect(all).toHaveLength(13);
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

  it.each<keyof Models>(['common', 'orphanNet', 'broad', 'gate'])(
    'answers with the rules alone when %s cannot be run',
    async (name) => {
      const { model, fired, failure } = await predicted(coronary, { ...models, [name]: fails });
      expect(model).toBeNull();
      expect(fired.length).toBeGreaterThan(0);
      expect(failure).toEqual(new Error('out of memory'));
    },
  );

  it.each<[string, keyof Models, Float32Array]>([
    ['too few classes', 'common', Float32Array.of(0.5, 0.5)],
    ['probabilities that do not add up', 'common', new Float32Array(4)],
    ['no number', 'common', Float32Array.of(Number.NaN, 0, 0, 1)],
    ['a negative number', 'common', Float32Array.of(-1, 1, 1, 0)],
    ['too few orphan conditions', 'orphanNet', new Float32Array(2)],
    ['an infinite score', 'orphanNet', Float32Array.of(Number.POSITIVE_INFINITY, 0, 0)],
    ['too many candidates', 'broad', new Float32Array(4)],
    ['a score that is no number', 'broad', Float32Array.of(0, Number.NaN, 0)],
    ['two parts', 'gate', Float32Array.of(0.5, 0.5)],
    ['weights that do not add up', 'gate', Float32Array.of(0.5, 0.5, 0.5)],
  ])('takes %s for a failure of the models', async (_, name, output) => {
    const { model, fired } = await predicted(coronary, { ...models, [name]: async () => output });
    expect(model).toBeNull();
    expect(fired.length).toBeGreaterThan(0);
  });

  it('does not take a defect of our own for one', async () => {
    const severities = { ...knowledge.gravity.severities, shares: new Float64Array() };
    const defective = { ...knowledge, gravity: { ...knowledge.gravity, severities } };
    await expect(predict(defective, coronary, TODAY, models)).rejects.toThrow(
      'severities of 0 conditions, not of 8',
    );
  });

  it.each([
    ['2027-10-31', false],
    ['2027-11-01', true],
    ['1970-01-01', false],
  ])('says on %s whether the models are due for review: %s', async (day, expected) => {
    const now = Date.parse(day) + 1;
    for (const run of [models, broken]) {
      const { triage } = await predict(knowledge, coronary, { ...TODAY, now }, run);
      expect(triage.reviewReasons.includes('STALE_MODEL')).toBe(expected && run === models);
    }
  });

  it.each<[Partial<Patient>, string[]]>([
    [{ age: 15.9 }, []],
    [{ age: 15.9, vitals: { diastolic_bp_mmhg: 60 } }, ['diastolic_bp_mmhg']],
    [{ age: 15.9, vitals: { heart_rate: 80, respiratory_rate: 20, systolic_bp_mmhg: 110 } }, []],
    [{ age: 15.9, vitals: { temperature_c: 37, supplemental_oxygen: false, consciousness: 'A' } }, []],
    [{ age: 15.9, vitals: { consciousness: 'V' } }, ['consciousness']],
    // A rule fires on it.
    [{ age: 15.9, vitals: { consciousness: 'U' } }, []],
    [{ age: 0.02, vitals: { respiratory_rate: 20 } }, ['respiratory_rate']],
    [{ age: 50, vitals: { diastolic_bp_mmhg: 100 } }, ['diastolic_bp_mmhg']],
    [{ age: 50, vitals: { systolic_bp_mmhg: 120, diastolic_bp_mmhg: 100 } }, []],
    [{ age: 50, vitals: { systolic_bp_mmhg: 170, diastolic_bp_mmhg: 125 } }, []],
    [{ age: 0.05, vitals: { heart_rate: 80 } }, ['heart_rate']],
    [{ age: 3, vitals: { temperature_c: 39, spo2_percent: 94 } }, []],
    [{ pregnant: true, gender: 'F' }, ['spo2_percent']],
    [{ age: 16 }, []],
    [{ age: 15.9, vitals: {} }, []],
  ])('says which vital signs nothing evaluates: %j', async (details, expected) => {
    const who = { ...coronary, vitals: { spo2_percent: 80 }, pregnant: false, ...details };
    for (const run of [models, broken]) {
      const { vitalSigns, triage } = await predicted(who, run);
      const reasons = triage.reviewReasons.filter((reason) => reason === 'UNSUPPORTED_POPULATION');

      expect(vitalSigns?.unevaluated ?? []).toEqual(expected);
      // NEWS2 scores an adult, whatever it leaves out.
      const isScored = who.age >= 16 && !who.pregnant;
      expect(reasons).toHaveLength((expected.length > 0 && !isScored) || who.age < 1 ? 1 : 0);
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
    const common = vi.fn<Models['common']>(async (rows, patients) => {
      seen.push('models');
      return models.common(rows, patients);
    });

    await predict({ ...knowledge, rules }, coronary, { ...TODAY, explain: false }, { ...models, common });

    expect(seen).toEqual(['rules', 'models']);
  });

  it('has no reasons where the models fail while they are sought, but hides no defect of ours', async () => {
    const assessment = await assess(knowledge, coronary, TODAY, models);
    const defective = { ...knowledge, typical: undefined as never };

    expect(await explainAssessment(knowledge, coronary, TODAY, broken, assessment)).toBeNull();
    await expect(explainAssessment(defective, coronary, TODAY, models, assessment)).rejects.toThrow(
      TypeError,
    );
  });

  it('scores NEWS2 for those of 16 and over who are not pregnant', async () => {
    const score = async (details: Partial<Patient>) =>
      (await predicted({ ...coronary, vitals: { heart_rate: 135 }, ...details })).news2?.score;

    expect(await score({ age: 16 })).toBe(3);
    expect(await score({ age: 15.9 })).toBeUndefined();
    expect(await score({ pregnant: true, gender: 'F' as const })).toBeUndefined();
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
