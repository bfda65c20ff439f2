import type { APIGatewayProxyResult } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { toModel } from '../../lambdas/adapters/model.ts';
import { type PredictionRecord, StoreUnavailableError } from '../../lambdas/adapters/store/index.ts';
import { type PredictResponse, PredictResponseSchema } from '../../lambdas/api/schemas/prediction.ts';
import type { Bundle } from '../../lambdas/core/bundle.ts';
import type { Models } from '../../lambdas/core/parts.ts';
import { createPredictHandler } from '../../lambdas/functions/predict.ts';
import { createReadyHandler } from '../../lambdas/functions/ready.ts';
import { createTermsHandler } from '../../lambdas/functions/terms.ts';
import { bundle, models } from '../fixtures/bundle.ts';
import { httpEvent } from '../fixtures/http-event.ts';
import { silentMetrics } from '../fixtures/metrics.ts';
import { callerOf } from '../fixtures/store.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const ID = '0190a0b0-0000-7000-8000-000000000001';
const caller = callerOf('hospital');
const broken: Models = {
  ...models,
  common: async () => {
    throw new Error('out of memory');
  },
};

function setUp({
  run = models,
  fixture = bundle,
  now = NOW,
  storeWorks = true,
}: {
  run?: Models;
  fixture?: Bundle;
  now?: number;
  storeWorks?: boolean;
} = {}) {
  const recorded: PredictionRecord[] = [];
  const model = toModel(fixture, run);
  const deps = {
    model: async () => model,
    metrics: silentMetrics,
    clock: () => now,
    newId: () => ID,
    store: {
      recordPrediction: async (record: PredictionRecord) => {
        if (!storeWorks) throw new StoreUnavailableError('TimeoutError');
        recorded.push(record);
      },
    },
  };
  return { deps, recorded, handler: createPredictHandler(deps) };
}

async function post(request: unknown, options: Parameters<typeof setUp>[0] = {}) {
  const { handler, recorded } = setUp(options);
  const result = await handler(httpEvent({ caller, body: request }));
  return { status: result.statusCode, body: bodyOf(result), recorded };
}
const bodyOf = (result: APIGatewayProxyResult) => JSON.parse(result.body);

const REFERENCE = {
  patient_id: 'anon_12345',
  symptoms: { fiebre: 8.5, dolor_pecho: 7.0, dificultad_respirar: 6.5 },
  age: 45,
  gender: 'M',
};

describe('POST /v1/predict', () => {
  it('answers the reference request in the contract’s shape', async () => {
    const { status, body } = await post(REFERENCE);

    expect(status).toBe(200);
    expect(PredictResponseSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({
      prediction_id: ID,
      patient_id: 'anon_12345',
      created_at: '2026-11-21T12:00:00.000Z',
      severity: 'ENFERMEDAD_AGUDA',
      requires_immediate_attention: true,
      explanation_of: { kind: 'common', method: 'shapley', unit: 'probability', exact: true },
      model_version: bundle.version,
      data_releases: { hpo: 'fixture' },
    });
    expect(Object.keys(body.explanation)).toEqual([
      'fiebre',
      'dolor_pecho',
      'dificultad_respirar',
      'age',
      'sex',
    ]);
  });

  it('answers in Spanish or English as asked, and names the language of a name that has no Spanish', async () => {
    const texts = async (lang: string) => (await post({ ...REFERENCE, lang })).body as PredictResponse;
    const [es, en] = [await texts('es'), await texts('en')];

    expect(es.top_conditions.map(({ name }) => name)).toContain('Angina inestable');
    expect(en.top_conditions.map(({ name }) => name)).toContain('Unstable angina');
    expect(es.top_conditions.find(({ code }) => code === 'ORPHA:2')?.name_lang).toBe('en');
    expect(en.top_conditions.every((condition) => !('name_lang' in condition))).toBe(true);
    expect(en.red_flags[0]?.name).toBe('Chest pain with sweating, nausea, dizziness or breathlessness');
    expect(es.intended_use).toMatch(/^Software de investigación/);
  });

  it('puts the actions of fired rules before what to consider for likely common conditions', async () => {
    const { body } = await post({ ...REFERENCE, lang: 'en' });
    const actions = body.red_flags.map(({ action }: { action: string }) => action);

    expect(actions.length).toBeGreaterThan(0);
    expect(body.recommendations.slice(0, actions.length)).toEqual(actions);
    expect(body.recommendations.length).toBeGreaterThan(actions.length);
  });

  it('rounds every number to six digits', async () => {
    const { body } = await post(REFERENCE);
    const numbers = JSON.stringify(body).match(/-?\d+\.\d{7,}/g);
    expect(numbers).toBeNull();
  });

  it('takes synonyms, history and denied findings', async () => {
    const request = {
      symptoms: { 'Chest pain': { intensity: 5, onset: 1 }, fiebre: 0 },
      absent: ['tos'],
      medical_history: ['diabetes'],
      age: 70,
      gender: 'F',
    };
    const { body, recorded } = await post(request);

    expect(Object.keys(body.explanation)).toEqual(['dolor_pecho', 'fiebre', 'tos', 'diabetes', 'age', 'sex']);
    expect(recorded[0]?.input).toMatchObject({
      findings: [
        { id: 'HP:0100749', present: true, intensity: 5, onset: 1 },
        { id: 'HP:0001945', present: false, intensity: 0 },
        { id: 'HP:0012735', present: false },
        { present: true, history: true },
      ],
    });
  });

  it.each([
    ['a past symptom', { medical_history: ['urticaria'] }, []],
    ['a past exposure', { medical_history: ['contacto_alergeno'] }, ['rf-anaphylaxis']],
    [
      'a past symptom that is there today',
      { symptoms: { urticaria: 5, vomitos: 5 }, medical_history: ['urticaria'] },
      ['rf-anaphylaxis'],
    ],
  ])('fires rules on %s as its kind allows', async (_, details, expected) => {
    const { status, body } = await post({ symptoms: { vomitos: 5 }, age: 30, gender: 'F', ...details });

    expect(status).toBe(200);
    expect(body.red_flags.map(({ id }: { id: string }) => id)).toEqual(expected);
  });

  it('answers a single finding and says that it is little', async () => {
    const { status, body } = await post({ symptoms: { fiebre: 5 }, age: 30, gender: 'F' });

    expect(status).toBe(200);
    expect(body.review_by_specialist).toBe(true);
    expect(body.review_reasons.map(({ code }: { code: string }) => code)).toContain('INSUFFICIENT_DATA');
  });

  it('records the answer as given, the canonical input, and the patient id for the store to hash', async () => {
    const { body, recorded } = await post(REFERENCE);

    expect(recorded).toHaveLength(1);
    expect(recorded[0]).toMatchObject({
      caller,
      patientId: 'anon_12345',
      predictionId: ID,
      createdAt: body.created_at,
      modelVersion: bundle.version,
      severity: body.severity,
      urgent: true,
    });
    expect(recorded[0]?.answer).toEqual(body);
    expect(JSON.stringify(recorded[0]?.input)).not.toContain('anon_12345');
  });

  it('does not lose the answer when the store is broken', async () => {
    const { status, body } = await post(REFERENCE, { storeWorks: false });

    expect(status).toBe(200);
    expect(body.severity).toBe('ENFERMEDAD_AGUDA');
    expect(body.warnings.map(({ code }: { code: string }) => code)).toEqual(['NOT_RECORDED']);
  });

  it('answers with the rules alone when the models fail', async () => {
    const { status, body } = await post(REFERENCE, { run: broken });

    expect(status).toBe(200);
    expect(PredictResponseSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({
      severity: 'ENFERMEDAD_AGUDA',
      confidence: null,
      requires_immediate_attention: true,
      top_conditions: [],
      explanation: {},
      explanation_of: null,
      next_questions: null,
      orphan_suspicion: null,
      model_version: null,
    });
    expect(body.review_reasons.map(({ code }: { code: string }) => code)).toContain('MODEL_UNAVAILABLE');
  });

  it('is a 503 when the models fail and no rule fires', async () => {
    const { status, body, recorded } = await post(
      { symptoms: { moscas_volantes: 2 }, age: 30, gender: 'F' },
      { run: broken },
    );

    expect(status).toBe(503);
    expect(body.code).toBe('MODEL_UNAVAILABLE');
    expect(recorded).toEqual([]);
  });

  it('refuses unknown findings with the nearest known ones, each in its place', async () => {
    const { status, body } = await post({
      symptoms: { 'dolor de pehco': 5, fiebre: 3 },
      absent: ['toss'],
      age: 30,
      gender: 'F',
      lang: 'en',
    });

    expect(status).toBe(422);
    expect(body.code).toBe('UNKNOWN_FINDING');
    expect(body.errors).toMatchObject([
      { pointer: '/symptoms/dolor de pehco', code: 'UNKNOWN_FINDING', value: 'dolor de pehco' },
      { pointer: '/absent/0', code: 'UNKNOWN_FINDING', value: 'toss' },
    ]);
    expect(body.errors[1].message).toMatch(/^"toss" is not recognised; the nearest known ones: /);
    expect(body.errors[0].suggestions[0]).toEqual({
      id: 'HP:0100749',
      slug: 'dolor_pecho',
      label: 'Chest pain',
      matched: 'Dolor de pecho',
    });
    expect(body.errors[0].suggestions.length).toBeLessThanOrEqual(5);
    expect(body.errors[0].message).toContain('Chest pain (dolor_pecho)');
    expect(body.errors[1].suggestions[0].slug).toBe('tos');
  });

  it('takes no finding for present that is written as denied, and says where it belongs', async () => {
    const { status, body } = await post({ symptoms: { 'sin fiebre': 5, tos: 3 }, age: 30, gender: 'F' });

    expect([status, body.errors.length]).toEqual([422, 1]);
    expect(body.errors[0].suggestions[0]).toMatchObject({ slug: 'fiebre', negated: true });
    expect(body.errors[0].message).toContain('Fiebre (fiebre, negado)');
    expect(body.errors[0].message).toMatch(/Si niega un hallazgo, indíquelo en «absent»\.$/);
  });

  it('says of a denial among the absent findings that it is one too many', async () => {
    const { body } = await post({
      symptoms: { tos: 3 },
      absent: ['no fever'],
      age: 30,
      gender: 'F',
      lang: 'en',
    });

    expect(body.errors[0].message).toContain('Fever (fiebre, denied)');
    expect(body.errors[0].message).toMatch(/In "absent" write the finding without the denial\.$/);
  });

  it.each([
    [
      'es',
      'HP:8888888',
      '«HP:8888888» no se reconoce; se admite el nombre de un hallazgo en español o inglés, o su código («HP:0001945»).',
    ],
    [
      'en',
      '386661006',
      '"386661006" is not recognised; the name of a finding in Spanish or English, or its code ("HP:0001945"), is allowed.',
    ],
  ])('says in %s what is allowed where nothing is near %s', async (lang, name, message) => {
    const { body } = await post({ symptoms: { [name]: 5 }, age: 30, gender: 'F', lang });

    expect(body.errors[0]).toMatchObject({ value: name, message, suggestions: [] });
  });

  it('suggests the finding of a code that is written otherwise', async () => {
    const { body } = await post({ symptoms: { HP_0001945: 5 }, age: 30, gender: 'F' });

    expect(body.errors[0].suggestions).toMatchObject([{ id: 'HP:0001945', slug: 'fiebre' }]);
  });

  it.each(['a'.repeat(65), 'juan@hospital.es', 'a\nb', '<b>'])(
    'does not repeat the name %j',
    async (name) => {
      const { body } = await post({ symptoms: {}, absent: [name], age: 30, gender: 'F' });

      expect(body.errors[0]).toMatchObject({ pointer: '/absent/0', code: 'UNKNOWN_FINDING' });
      expect(body.errors[0]).not.toHaveProperty('value');
      expect(JSON.stringify(body)).not.toContain(JSON.stringify(name).slice(1, -1));
    },
  );

  it('answers in lenient mode without the unknown findings, and says so', async () => {
    const { status, body } = await post({
      symptoms: { nausaes: 5, fiebre: 3 },
      validation: 'lenient',
      age: 30,
      gender: 'F',
      lang: 'en',
    });

    expect(status).toBe(200);
    expect(body.warnings).toMatchObject([
      {
        code: 'UNKNOWN_FINDING',
        pointer: '/symptoms/nausaes',
        suggestions: expect.arrayContaining([
          { id: 'HP:0002018', slug: 'nauseas', label: 'Nausea', matched: 'Nausea' },
        ]),
      },
    ]);
    expect(body.review_reasons.map(({ code }: { code: string }) => code)).toContain('UNKNOWN_FINDINGS');
  });

  it.each([
    ['no finding', {}],
    ['only unknown findings in lenient mode', { symptoms: { xyzzy: 5 }, validation: 'lenient' }],
  ])('is a 422 with %s', async (_, details) => {
    const { status, body } = await post({ symptoms: {}, age: 30, gender: 'F', ...details });
    expect([status, body.code]).toEqual([422, 'NO_FINDINGS']);
  });

  it('answers vital signs alone', async () => {
    const request = {
      symptoms: {},
      vitals: { respiratory_rate: 30, spo2_percent: 85 },
      age: 70,
      gender: 'M',
    };
    const { status, body } = await post(request);
    expect(status).toBe(200);
    expect(body.news2).toMatchObject({ score: 6, complete: false });
    expect(body.requires_immediate_attention).toBe(true);
  });

  it.each([
    ['a man', { age: 40, gender: 'M' }],
    ['a woman of 80', { age: 80, gender: 'F' }],
  ])('scores the vital signs of %s who is said to be pregnant', async (_, who) => {
    const vitals = { heart_rate: 135, respiratory_rate: 28, spo2_percent: 90 };

    const { body } = await post({ symptoms: { tos: 4 }, vitals, pregnant: true, ...who });

    expect(body.requires_immediate_attention).toBe(true);
    expect(body.red_flags.map(({ id }: { id: string }) => id)).toContain('rf-news2-7');
    expect(body.warnings.map(({ code }: { code: string }) => code)).toContain('IMPLAUSIBLE_COMBINATION');
  });

  it.each([
    ['a pregnant girl', { age: 15, pregnant: true }],
    ['a pregnant woman', { age: 30, pregnant: true }],
  ])('warns that the vital signs of %s are not evaluated', async (_, who) => {
    const request = { symptoms: { fiebre: 5 }, vitals: { spo2_percent: 80 }, gender: 'F', ...who };
    const { status, body } = await post({ ...request, lang: 'en' });

    expect(status).toBe(200);
    expect(PredictResponseSchema.parse(body)).toEqual(body);
    expect(body.news2).toBeNull();
    expect(body.vital_signs).toMatchObject({ out_of_range: [], not_evaluated: ['spo2_percent'] });
    expect(body.warnings).toEqual([
      {
        code: 'VITALS_NOT_SCORED',
        pointer: '/vitals/spo2_percent',
        message: expect.stringMatching(
          /^This vital sign was not evaluated: .*nor any sourced limit or range/,
        ),
      },
    ]);
    expect(body.review_reasons.map(({ code }: { code: string }) => code)).toContain('UNSUPPORTED_POPULATION');
    const spanish = await post({ ...request, lang: 'es' });
    expect(spanish.body.warnings[0].message).toMatch(/^Esta constante vital no se ha evaluado: /);
  });

  it('raises the urgency of a child whose pressure is below the limit of his age', async () => {
    const vitals = { systolic_bp_mmhg: 70, heart_rate: 150 };
    const { body } = await post({
      symptoms: { moscas_volantes: 3 },
      vitals,
      age: 5,
      gender: 'F',
      lang: 'en',
    });

    expect(body).toMatchObject({ urgency: 'URGENT', requires_immediate_attention: true });
    expect(body.red_flags.map(({ id }: { id: string }) => id)).toEqual(['vital-hypotension-child']);
    expect(body.recommendation_sources[0]).toMatchObject({ kind: 'rule', id: 'vital-hypotension-child' });
    expect(body.vital_signs.out_of_range.map(({ text }: { text: string }) => text)).toEqual([
      'Hypotension for the age (1 to 10 years): below 80.',
      'Outside the reference range for the age: above 120.',
      'Outside the reference range for the age: below 78.',
    ]);
  });

  it('remarks at both places on data that contradict each other, and answers', async () => {
    const request = {
      symptoms: { tos: 5 },
      absent: ['Fever'],
      vitals: { temperature_c: 40 },
      age: 30,
      gender: 'F',
    };
    const { status, body } = await post({ ...request, lang: 'en' });

    expect(status).toBe(200);
    expect(body.warnings).toEqual(
      ['/absent/0', '/vitals/temperature_c'].map((pointer) => ({
        code: 'INCONSISTENT_DATA',
        pointer,
        message: 'Fever is denied, but the temperature measured is 38 °C or more.',
      })),
    );
  });

  it('gives each recommendation its source, and five probabilities of severity', async () => {
    const { body } = await post(REFERENCE);

    expect(body.recommendation_sources).toHaveLength(body.recommendations.length);
    const kinds = body.recommendation_sources.map(({ kind }: { kind: string }) => kind);
    expect(new Set(kinds)).toEqual(new Set(['rule', 'condition']));
    for (const source of body.recommendation_sources)
      expect(source).toMatchObject({
        title: expect.stringMatching(/./),
        section: expect.stringMatching(/./),
        url: expect.stringMatching(/^https?:/),
      });
    const probabilities: Record<string, number> = body.severity_probabilities;
    expect(Object.values(probabilities).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    expect(body.confidence).toBe(probabilities[body.severity]);
  });

  it('refuses a finding that is both present and absent, in both places', async () => {
    const { status, body } = await post({ symptoms: { fiebre: 5 }, absent: ['Fever'], age: 30, gender: 'F' });

    expect([status, body.code]).toEqual([422, 'CONTRADICTION']);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/symptoms/fiebre',
      '/absent/0',
    ]);
    for (const { message } of body.errors)
      expect(message).toBe('El hallazgo «Fiebre» figura como presente y como ausente.');
  });

  it('names the finding in the reader’s language', async () => {
    const { body } = await post({
      symptoms: { fiebre: 5 },
      absent: ['Fever'],
      age: 30,
      gender: 'F',
      lang: 'en',
    });
    expect(body.errors[0].message).toBe('The finding "Fever" is given as present and as absent.');
  });
});

describe('GET /v1/terms', () => {
  const get = async (query: Record<string, string>) => {
    const handler = createTermsHandler(setUp().deps);
    const result = await handler({ ...httpEvent({ caller }), queryStringParameters: query });
    return { status: result.statusCode, body: bodyOf(result) };
  };

  it('finds terms by name in the language asked for', async () => {
    const { status, body } = await get({ q: 'chest pain', lang: 'es' });
    expect(status).toBe(200);
    expect(body.terms[0]).toEqual({
      id: 'HP:0100749',
      slug: 'dolor_pecho',
      label: 'Dolor de pecho',
      matched: 'Chest pain',
    });
  });

  it.each(['HP:0100749', 'hp:0100749'])('finds the one term of an id: %s', async (q) => {
    const { body } = await get({ q, lang: 'en' });
    expect(body.terms).toEqual([{ id: 'HP:0100749', slug: 'dolor_pecho', label: 'Chest pain', matched: q }]);
  });

  it('asks for a query', async () => {
    const { status, body } = await get({});
    expect([status, body.code]).toEqual([422, 'VALIDATION_FAILED']);
    expect(body.errors).toMatchObject([{ pointer: '/q', code: 'MISSING_FIELD' }]);
  });
});

describe('GET /v1/ready', () => {
  const get = async (run: Models) => {
    const result = await createReadyHandler(setUp({ run }).deps)(httpEvent({}));
    return { status: result.statusCode, body: bodyOf(result) };
  };

  it('tells the version of the model that has just run', async () => {
    expect(await get(models)).toEqual({
      status: 200,
      body: { status: 'ready', model_version: bundle.version },
    });
  });

  it('is a 503 when the model does not run', async () => {
    const { status, body } = await get(broken);
    expect([status, body.code]).toEqual([503, 'MODEL_UNAVAILABLE']);
  });
});
