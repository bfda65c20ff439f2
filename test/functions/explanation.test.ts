/** What an answer says of its reasons. */
import { describe, expect, it } from 'vitest';
import { toModel } from '../../lambdas/adapters/model.ts';
import { type PredictResponse, PredictResponseSchema } from '../../lambdas/api/schemas/prediction.ts';
import type { Models } from '../../lambdas/core/parts.ts';
import type { Lang } from '../../lambdas/core/types.ts';
import { answerRequest } from '../../lambdas/functions/predict.ts';
import { bundle, countedModels, models } from '../fixtures/bundle.ts';

const CORONARY = {
  symptoms: { dolor_pecho: 8, dificultad_respirar: 6, moscas_volantes: 2 },
  age: 60,
  gender: 'M',
};
/** P(orphan) high, whatever the findings. */
const ORPHAN: Models = { ...models, gate: async () => Float32Array.of(0.05, 0.05, 0.9) };

async function answer(request: object, run: Models = models, lang: Lang = 'en'): Promise<PredictResponse> {
  const occasion = { predictionId: '', requestId: '', now: Date.parse('2026-11-21'), lang };
  const { answer } = await answerRequest(toModel(bundle, run), request, occasion);
  return PredictResponseSchema.parse(answer);
}
const byCode = ({ top_conditions }: PredictResponse, code: string) =>
  top_conditions.find((condition) => condition.code === code);
const sum = (effects: Readonly<Record<string, number>>) => Object.values(effects).reduce((a, b) => a + b, 0);

describe('the explanation of an answer', () => {
  it('adds up, rounded as it is, to what it says that it explains', async () => {
    const { explanation, explanation_of: of, urgency_explanation: urgency } = await answer(CORONARY);

    expect(of).toMatchObject({ code: 'I20.0', method: 'shapley', unit: 'probability', exact: true });
    expect(of?.note).toContain('aged 37');
    expect(Object.keys(explanation)).toEqual([...Object.keys(CORONARY.symptoms), 'age', 'sex']);
    expect(sum(explanation)).toBeCloseTo((of?.value ?? 0) - (of?.baseline ?? 0), 9);
    expect(sum(urgency?.effects ?? {})).toBeCloseTo((urgency?.value ?? 0) - (urgency?.baseline ?? 0), 9);
  });

  it('says of each condition what speaks for and against it, by its own method', async () => {
    const body = await answer(CORONARY);
    const methods = Object.fromEntries(
      body.top_conditions.map(({ code, evidence }) => [code, evidence?.method]),
    );

    expect(methods).toMatchObject({
      'I20.0': 'shapley',
      'ORPHA:2': 'likelihood_ratio',
      'DOID:8337': 'profile_features',
    });
    const { evidence } = byCode(body, 'I20.0') ?? {};
    expect(evidence?.for[0]).toEqual({ id: 'HP:0100749', name: 'Chest pain', effect: expect.any(Number) });
    for (const { evidence } of body.top_conditions) {
      for (const { effect } of evidence?.for ?? []) expect(effect).toBeGreaterThan(0);
      for (const { effect } of evidence?.against ?? []) expect(effect).toBeLessThan(0);
    }
    expect(byCode(body, 'ORPHA:2')?.evidence?.unexplained.map(({ id }) => id)).toContain('HP:0100832');
  });

  it('names typical findings of an orphan condition that nobody asked for, and its published patients', async () => {
    const body = await answer({ symptoms: { dolor_pecho: 5, fiebre: 4 }, age: 30, gender: 'F' }, ORPHAN);
    const condition = byCode(body, 'ORPHA:1');

    expect(condition?.evidence?.not_asked).toEqual([
      { id: expect.any(String), name: expect.any(String), frequency: 0.8 },
    ]);
    expect(condition?.similar_patients?.map(({ pmid }) => pmid)).toContainEqual([20, 21]);
    expect(byCode(body, 'I20.0')).not.toHaveProperty('similar_patients');
  });

  it('tells in both languages what a change would make of it', async () => {
    const request = {
      symptoms: { moscas_volantes: 3 },
      vitals: { temperature_c: 40, heart_rate: 120, respiratory_rate: 21 },
      age: 50,
      gender: 'M',
    };
    const [en, es] = [await answer(request), await answer(request, models, 'es')];
    const temperature = ({ counterfactuals }: PredictResponse) =>
      counterfactuals?.changes.find(({ id }) => id === 'temperature_c');

    expect(temperature(en)).toMatchObject({
      kind: 'vital_sign',
      from: 40,
      to: 38,
      becomes: { requires_immediate_attention: { from: true, to: false } },
    });
    expect(temperature(en)?.text).toMatch(
      /^With temperature of 38 °C instead of 40 °C: .*immediate attention/,
    );
    expect(temperature(es)?.text).toMatch(
      /^Con temperatura de 38 °C en lugar de 40 °C: .*atención inmediata/,
    );
    expect(es.counterfactuals).toMatchObject({ findings: 0, findings_tried: 0 });
  });

  it('is left out whole where it is not asked for, and changes nothing else', async () => {
    const [without, told] = [await answer({ ...CORONARY, explain: false }), await answer(CORONARY)];

    expect(without).toMatchObject({
      explanation: {},
      explanation_of: null,
      urgency_explanation: null,
      counterfactuals: null,
    });
    for (const condition of without.top_conditions) {
      expect(condition).not.toHaveProperty('evidence');
      expect(condition).not.toHaveProperty('similar_patients');
    }
    const bare = told.top_conditions.map(({ evidence: _, similar_patients: __, ...rest }) => rest);
    expect({ ...told, top_conditions: bare }).toEqual({
      ...without,
      explanation: told.explanation,
      explanation_of: told.explanation_of,
      urgency_explanation: told.urgency_explanation,
      counterfactuals: told.counterfactuals,
    });
  });

  it('runs no coalition where it is not asked for', async () => {
    const { run, batches } = countedModels();
    await answer({ ...CORONARY, explain: false }, run);
    expect(batches).toEqual([1]);
  });
});
