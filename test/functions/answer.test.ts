/** What an answer says of conditions known from texts, and of how far it can be trusted. */
import { describe, expect, it } from 'vitest';
import { toModel } from '../../lambdas/adapters/model.ts';
import { type PredictResponse, PredictResponseSchema } from '../../lambdas/api/schemas/prediction.ts';
import type { Bundle } from '../../lambdas/core/bundle.ts';
import type { Models } from '../../lambdas/core/parts.ts';
import { createPredictHandler } from '../../lambdas/functions/predict.ts';
import { bundle, models } from '../fixtures/bundle.ts';
import { httpEvent } from '../fixtures/http-event.ts';
import { silentMetrics } from '../fixtures/metrics.ts';
import { callerOf } from '../fixtures/store.ts';

interface Given {
  /** P(common), P(broad), P(orphan). */
  readonly gate?: readonly [number, number, number];
  /** URTI, unstable angina, pneumonia, none. */
  readonly common?: readonly number[];
  /** Scores of URTI, appendicitis, asthenopia. */
  readonly broad?: readonly number[];
  readonly fixture?: Partial<Bundle>;
  readonly day?: string;
}

const CHILLS = { symptoms: { fiebre: 8, tos: 5, escalofrios: 4 }, age: 45, gender: 'M', lang: 'en' };

async function answer(request: object, given: Given = {}): Promise<PredictResponse> {
  const { gate = [0.9, 0.05, 0.05], common = [1, 0, 0, 0], broad = [0, 1, 2], day = '2026-11-21' } = given;
  const run: Models = {
    ...models,
    common: async (_, patients) => Float32Array.from(Array.from({ length: patients }, () => common).flat()),
    broad: async () => Float32Array.from(broad),
    gate: async () => Float32Array.from(gate),
  };
  const model = toModel({ ...bundle, ...given.fixture }, run);
  const handler = createPredictHandler({
    model: async () => model,
    metrics: silentMetrics,
    clock: () => Date.parse(day),
    newId: () => '0190a0b0-0000-7000-8000-000000000001',
    store: { recordPrediction: async () => undefined },
  });
  const { statusCode, body } = await handler(httpEvent({ caller: callerOf('hospital'), body: request }));
  expect(statusCode).toBe(200);
  return PredictResponseSchema.parse(JSON.parse(body));
}

const reasons = ({ review_reasons }: PredictResponse) => review_reasons.map(({ code }) => code);
const byCode = ({ top_conditions }: PredictResponse, code: string) =>
  top_conditions.find((condition) => condition.code === code);

describe('a condition known from texts alone', () => {
  it('says so, with its profile, its sources and what they state', async () => {
    const body = await answer(CHILLS, { gate: [0.1, 0.8, 0.1], broad: [0, 5, 1] });

    expect(body.top_conditions[0]).toEqual({
      code: 'DOID:8337',
      name: 'Appendicitis',
      probability: expect.any(Number),
      kind: 'common',
      knowledge_only: true,
      calibrated: false,
      codes: ['DOID:8337'],
      profile: 'clinical',
      source_kind: 'agency',
      urgency: 'emergency',
      course: 'acute',
      sources: ['Appendicitis, NIDDK (NIH)'],
      note: 'Known from texts alone: its probability was not validated on real patients.',
      evidence: expect.objectContaining({ method: 'profile_features' }),
    });
    expect(body.explanation_of).toMatchObject({ code: 'DOID:8337', method: 'profile_features' });
  });

  it('says where it has no clinical profile, and leaves out what no source states', async () => {
    const body = await answer({ ...CHILLS, lang: 'es' }, { gate: [0.1, 0.8, 0.1], broad: [0, 1, 5] });
    const condition = byCode(body, 'MESH:D001248');

    expect(condition).toMatchObject({
      knowledge_only: true,
      calibrated: false,
      profile: 'literature',
      sources: [],
    });
    expect(condition?.note).toMatch(/^Sin perfil clínico: /);
    expect(condition).not.toHaveProperty('urgency');
    expect(condition).not.toHaveProperty('course');
  });

  it('calls for attention where its text calls it an emergency', async () => {
    const request = { symptoms: { fiebre: 8, moscas_volantes: 4 }, age: 45, gender: 'M' };
    const urgent = await answer(request, { gate: [0.1, 0.8, 0.1], broad: [0, 5, 1] });
    const not = await answer(request, { gate: [0.1, 0.8, 0.1], broad: [0, 1, 5] });

    expect(urgent.urgency_reasons.map(({ kind }) => kind)).toEqual(['model']);
    expect(not.urgency_reasons).toEqual([]);
  });
});

it('says of every other condition that it is no such thing', async () => {
  const body = await answer(CHILLS);
  const others = body.top_conditions.filter(({ code }) => !/^(DOID|MESH):/.test(code));

  expect(others).toHaveLength(6);
  for (const condition of others) {
    expect(condition).toMatchObject({ knowledge_only: false, calibrated: true });
    expect(condition).not.toHaveProperty('note');
  }
});

describe('how far an answer can be trusted', () => {
  it('tells the prediction set, the scores and the gate', async () => {
    const body = await answer(CHILLS, { common: [0.8, 0.2, 0, 0], gate: [0.9, 0.05, 0.05] });

    expect(body.prediction_set).toEqual({
      coverage: 0.9,
      size: 2,
      conditions: ['J06.9', 'I20.0'],
      no_relevant_disease: false,
    });
    expect(body.gate).toEqual({ common: 0.9, broad: 0.05, orphan: 0.05 });
    expect(body.coverage).toBe('covered');
    expect(body.out_of_distribution?.flagged).toBe(false);
    expect(body.sufficiency?.low).toBe(false);
    expect(reasons(body)).toContain('AMBIGUOUS_SET');
  });

  it('lists no more than twenty conditions of a set, and its size in full', async () => {
    const many = Array.from({ length: 30 }, (_, i) => ({
      code: `MESH:D${i}`,
      codes: [`MESH:D${i}`],
      name: { es: `E${i}`, en: `D${i}` },
      esLang: 'es' as const,
      kind: 'common' as const,
      knowledgeOnly: {
        profile: 'clinical' as const,
        sourceKind: 'other' as const,
        urgency: null,
        course: null,
        unconfirmed: null,
        sources: ['https://example.org'],
      },
    }));
    const body = await answer(CHILLS, {
      gate: [0.1, 0.8, 0.1],
      broad: [0, 0, 0, ...many.map(() => 1)],
      fixture: {
        conditions: [...bundle.conditions, ...many],
        broad: {
          ...bundle.broad,
          rows: Uint16Array.from([3, 6, 7, ...many.map((_, i) => 8 + i)]),
          limits: [...bundle.broad.limits, ...many.map(() => ({}))],
        },
        sets: {
          target: 0.9,
          bands: [{ minFindings: 0, trained: [1, 1, 1, 1], broad: 0.02, orphan: 1 }],
        },
      },
    });

    expect(byCode(body, 'MESH:D0')).toMatchObject({
      source_kind: 'other',
      sources: [],
      note: expect.stringMatching(/^Known only from texts whose standing is not confirmed/),
    });
    expect(body.prediction_set?.size).toBe(31);
    expect(body.prediction_set?.conditions).toHaveLength(20);
  });

  it('says that the findings are unlike any patient’s, and that nothing covers them', async () => {
    const unlike: Bundle['support'] = {
      ...bundle.support,
      ood: { from: 0.99, bands: [{ minFindings: 0, curve: [[0, 1]] }] },
    };
    const body = await answer(CHILLS, { fixture: { support: unlike } });

    expect(body.out_of_distribution).toEqual({ score: 1, flagged: true });
    expect(reasons(body)).toContain('OUT_OF_DISTRIBUTION');
    expect(body.coverage).toBe('not_covered');
    expect(body.warnings).toEqual([
      { code: 'NOT_COVERED', message: expect.stringMatching(/^No condition of the knowledge base explains/) },
    ]);
  });

  it('says that findings which no layer reads are not covered', async () => {
    const body = await answer({ symptoms: { moscas_volantes: 5 }, age: 45, gender: 'F' });

    expect(body.coverage).toBe('not_covered');
    expect(body.warnings.map(({ code }) => code)).toEqual(['NOT_COVERED']);
    expect(body.gate).toEqual(bundle.gate.prior);
  });

  it('says that the findings do not suffice, however many they are', async () => {
    const little: Bundle['support'] = {
      ...bundle.support,
      sufficiency: { from: 0.3, bands: [{ minFindings: 0, curve: [[0, 0.1]] }] },
    };
    const body = await answer(CHILLS, { fixture: { support: little } });

    expect(body.sufficiency).toEqual({ score: 0.1, low: true });
    expect(reasons(body)).toContain('INSUFFICIENT_DATA');
    expect(reasons(await answer(CHILLS))).not.toContain('INSUFFICIENT_DATA');
  });

  it('says when the models are due for review', async () => {
    expect(reasons(await answer(CHILLS, { day: '2027-11-01' }))).not.toContain('STALE_MODEL');
    expect(reasons(await answer(CHILLS, { day: '2027-11-02' }))).toContain('STALE_MODEL');
  });

  it('takes the graver severity where the parts disagree, and says so', async () => {
    const body = await answer(CHILLS, { gate: [0.6, 0.4, 0], broad: [0, 5, 1] });

    expect(body.severity).toBe('ENFERMEDAD_AGUDA');
    expect(reasons(body)).toContain('RULE_DISAGREEMENT');
  });

  it('suspects an orphan condition highly where one is over 0.7', async () => {
    // The gate holds an orphan condition back where fewer than four findings are read.
    const symptoms = { fiebre: 8, dolor_pecho: 5, dificultad_respirar: 4, obstipacion: 3 };
    const body = await answer({ ...CHILLS, symptoms }, { gate: [0.1, 0.1, 0.8] });

    expect(body.orphan_suspicion).toEqual({ level: 'HIGH', probability: 0.8 });
    expect(reasons(body)).toContain('ORPHAN_SUSPICION');
  });
});
