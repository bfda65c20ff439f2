import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { METRICS } from '../../lambdas/adapters/metrics.ts';
import { createEmfMetrics } from '../../lambdas/adapters/metrics-emf.ts';
import { createRegistryMetrics } from '../../lambdas/adapters/metrics-registry.ts';
import { toModel } from '../../lambdas/adapters/model.ts';
import { StoreUnavailableError } from '../../lambdas/adapters/store/index.ts';
import { PROBLEMS } from '../../lambdas/api/problems.ts';
import { ROUTES } from '../../lambdas/api/routes.ts';
import type { Models } from '../../lambdas/core/parts.ts';
import { REVIEW_REASONS, SEVERITIES } from '../../lambdas/core/types.ts';
import { createFeedbackHandler, type FeedbackDeps } from '../../lambdas/functions/feedback.ts';
import { type HttpHandler, httpHandler } from '../../lambdas/functions/http.ts';
import { createMetricsHandler, handler as inLambda } from '../../lambdas/functions/metrics.ts';
import { createPredictHandler } from '../../lambdas/functions/predict.ts';
import { bundle, models } from '../fixtures/bundle.ts';
import { httpEvent } from '../fixtures/http-event.ts';
import { captureLog } from '../fixtures/log.ts';
import { keptMetrics } from '../fixtures/metrics.ts';
import { callerOf } from '../fixtures/store.ts';

// Read when the metrics are made; the log stays silent, so that the lines are those of the metrics alone.
vi.hoisted(() => {
  process.env.POWERTOOLS_METRICS_DISABLED = 'false';
});

const lines = captureLog();

const REFERENCE = {
  patient_id: 'anon_12345',
  symptoms: { fiebre: 8.5, dolor_pecho: 7.0, dificultad_respirar: 6.5 },
  age: 45,
  gender: 'M',
};
const broken: Models = {
  ...models,
  common: async () => {
    throw new Error('out of memory');
  },
};

const model = toModel(bundle, models);
const brokenModel = toModel(bundle, broken);

interface Setting {
  readonly modelsWork?: boolean;
  readonly storeWorks?: boolean;
}

function predictWith(
  metrics = createEmfMetrics('test'),
  { modelsWork = true, storeWorks = true }: Setting = {},
) {
  return createPredictHandler({
    model: async () => (modelsWork ? model : brokenModel),
    clock: () => Date.parse('2026-11-21T12:00:00Z'),
    newId: () => '0190a0b0-0000-7000-8000-000000000001',
    metrics,
    store: {
      recordPrediction: async () => {
        if (!storeWorks) throw new StoreUnavailableError('TimeoutError');
      },
    },
  });
}

/** What was written, without its directives. */
const written = () =>
  lines().map((line) => {
    const { _aws, ...values } = JSON.parse(line);
    return values;
  });

/** Values of a metric, each with its dimensions. */
const valuesOf = (name: string) => written().filter((line) => name in line);

async function predict(body: unknown, setting: Setting = {}) {
  const event = httpEvent({ caller: callerOf('hospital'), body });
  const result = await predictWith(undefined, setting)(event);
  return { status: result.statusCode, body: JSON.parse(result.body) };
}

describe('a prediction', () => {
  it('is counted by model version and severity, with its confidence, flags and reasons', async () => {
    const { body } = await predict(REFERENCE);

    expect(valuesOf('PredictionCount')).toEqual([
      { Stage: 'test', ModelVersion: bundle.version, Severity: body.severity, PredictionCount: 1 },
    ]);
    expect(valuesOf('Confidence')).toEqual([
      {
        Stage: 'test',
        Confidence: body.confidence,
        PredictLatency: expect.any(Number),
        UrgentLatency: expect.any(Number),
        RedFlagCount: body.red_flags.length,
        UrgentCount: 1,
        ModelUnavailableCount: 0,
        NotRecordedCount: 0,
      },
    ]);
    expect(body.red_flags.length).toBeGreaterThan(0);
    expect(valuesOf('ReviewCount').map(({ Reason }) => Reason)).toEqual(
      body.review_reasons.map(({ code }: { code: string }) => code),
    );
    expect(valuesOf('RequestCount')).toEqual([
      { Stage: 'test', Route: 'predict', Status: '2xx', RequestCount: 1 },
    ]);
    expect(valuesOf('ErrorCount')).toEqual([]);
  });

  it('is timed step by step, the steps within the whole', async () => {
    await predict(REFERENCE);

    const steps = valuesOf('StageLatency');
    expect(steps.map(({ Step }) => Step)).toEqual(['parse', 'model', 'explain', 'present', 'store']);
    const [{ PredictLatency }] = valuesOf('PredictLatency');
    const sum = steps.reduce((total, { StageLatency }) => total + StageLatency, 0);
    expect(sum).toBeGreaterThan(0);
    // Each step is rounded to the microsecond.
    expect(sum).toBeLessThanOrEqual(PredictLatency + 0.005);
  });

  it('has no step that was not taken', async () => {
    await predict({ ...REFERENCE, explain: false });

    expect(valuesOf('StageLatency').map(({ Step }) => Step)).toEqual(['parse', 'model', 'present', 'store']);
  });

  it('by the rules alone says so, and has no confidence', async () => {
    await predict(REFERENCE, { modelsWork: false });

    expect(valuesOf('PredictionCount')).toMatchObject([{ ModelVersion: 'none' }]);
    expect(valuesOf('Confidence')).toEqual([]);
    expect(valuesOf('ModelUnavailableCount')).toMatchObject([{ ModelUnavailableCount: 1 }]);
    expect(valuesOf('ReviewCount').map(({ Reason }) => Reason)).toContain('MODEL_UNAVAILABLE');
  });

  it('that may wait counts as no urgent case, and has no time of one', async () => {
    const { body } = await predict({ ...REFERENCE, symptoms: { tos: 2 }, age: 30 });

    expect(body.requires_immediate_attention).toBe(false);
    expect(valuesOf('UrgentCount')).toMatchObject([{ UrgentCount: 0 }]);
    expect(valuesOf('UrgentLatency')).toEqual([]);
  });

  it('that could not be recorded says so', async () => {
    const { status } = await predict(REFERENCE, { storeWorks: false });

    expect(status).toBe(200);
    expect(valuesOf('NotRecordedCount')).toMatchObject([{ NotRecordedCount: 1 }]);
  });

  it.each([
    ['NO_FINDINGS', { ...REFERENCE, symptoms: {} }, true, '4xx'],
    ['VALIDATION_FAILED', { ...REFERENCE, age: 200 }, true, '4xx'],
    ['MODEL_UNAVAILABLE', { ...REFERENCE, symptoms: { moscas_volantes: 2 }, age: 30 }, false, '5xx'],
  ])('that ends as %s is an error and no prediction', async (code, body, modelsWork, status) => {
    await predict(body, { modelsWork });

    expect(written()).toEqual([
      { Stage: 'test', Route: 'predict', Status: status, RequestCount: 1 },
      { Stage: 'test', Code: code, ErrorCount: 1 },
      ...(modelsWork ? [] : [{ Stage: 'test', ModelUnavailableCount: 1 }]),
    ]);
  });

  it('is answered where its measurement fails', async () => {
    const failing = {
      record: () => {
        throw new RangeError('anon_12345');
      },
      text: null,
    };

    const { statusCode } = await predictWith(failing)(
      httpEvent({ caller: callerOf('hospital'), body: REFERENCE }),
    );

    expect(statusCode).toBe(200);
  });
});

describe('an unknown failure', () => {
  it('is counted as an internal error', async () => {
    const { metrics, kept } = keptMetrics();
    const failing = httpHandler({ route: 'health', metrics }, () => {
      throw new TypeError('anon_12345');
    });

    await failing(httpEvent({}));

    expect(kept).toEqual([
      ['RequestCount', 1, { Route: 'health', Status: '5xx' }],
      ['ErrorCount', 1, { Code: 'INTERNAL_ERROR' }],
    ]);
  });
});

describe('what is written', () => {
  const STEPS = ['parse', 'model', 'explain', 'present', 'store'];
  const DIMENSIONS: Readonly<Record<string, readonly string[]>> = {
    Stage: ['test'],
    Route: ['none', ...ROUTES.map(({ id }) => id)],
    Status: ['2xx', '3xx', '4xx', '5xx'],
    Code: Object.keys(PROBLEMS),
    ModelVersion: ['none', bundle.version],
    Severity: SEVERITIES,
    Step: STEPS,
    Reason: REVIEW_REASONS,
  };

  const secret = fc.stringMatching(/^[a-z]{4}_[0-9]{6}$/);
  const request = fc.record(
    {
      patient_id: secret,
      symptoms: fc.dictionary(
        fc.oneof(fc.constantFrom('fiebre', 'dolor_pecho', 'tos', 'obstipacion'), secret),
        fc.double({ min: 0, max: 10, noNaN: true }),
        { maxKeys: 6 },
      ),
      absent: fc.array(fc.oneof(fc.constant('nauseas'), secret), { maxLength: 3 }),
      age: fc.oneof(fc.integer({ min: 0, max: 120 }), fc.integer()),
      gender: fc.constantFrom('M', 'F', 'O', 'X'),
      vitals: fc.record({ temperature_c: fc.double({ min: 30, max: 42 }) }, { requiredKeys: [] }),
      validation: fc.constantFrom('strict', 'lenient'),
      explain: fc.boolean(),
    },
    { requiredKeys: ['symptoms', 'age', 'gender'] },
  );
  const asked = fc.record({
    body: fc.oneof({ weight: 4, arbitrary: request }, fc.anything()),
    tenant: secret,
    user: secret,
    token: secret,
    requestId: secret,
    setting: fc.record({ storeWorks: fc.boolean(), modelsWork: fc.boolean() }),
  });

  /** Every text of a JSON value, names and values alike. */
  function textsOf(value: unknown): string[] {
    if (typeof value === 'string') return [value];
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([name, inner]) => [name, ...textsOf(inner)]);
  }

  it('is metrics and their few dimensions, whatever was asked and by whom', async () => {
    await fc.assert(
      fc.asyncProperty(asked, async ({ body, tenant, user, token, requestId, setting }) => {
        const before = lines().length;
        const headers = { Authorization: `Bearer ${token}`, 'X-Request-Id': requestId };
        const event = httpEvent({ caller: { ...callerOf(tenant), user }, body, headers });

        await predictWith(undefined, setting)(event);

        const mine = lines().slice(before);
        expect(mine.length).toBeGreaterThan(0);
        for (const line of mine) {
          const { _aws, ...values } = JSON.parse(line);
          for (const [name, value] of Object.entries(values)) {
            if (name in DIMENSIONS) expect(DIMENSIONS[name]?.includes(String(value)), line).toBe(true);
            else expect(name in METRICS && typeof value === 'number', line).toBe(true);
          }
          expect(Object.keys(_aws)).toEqual(['Timestamp', 'CloudWatchMetrics']);
        }
        const output = mine.join('\n');
        const secrets = textsOf(body).filter((text) => /^[a-z]{4}_[0-9]{6}$/.test(text));
        for (const text of [...secrets, tenant, user, token, requestId]) expect(output).not.toContain(text);
      }),
    );
  });

  it('to Prometheus holds none of it either', async () => {
    const metrics = createRegistryMetrics('test');
    const handler = predictWith(metrics);
    await fc.assert(
      fc.asyncProperty(asked, async ({ body, tenant, user }) => {
        await handler(httpEvent({ caller: { ...callerOf(tenant), user }, body }));
      }),
      { numRuns: 50 },
    );

    const text = (await metrics.text?.()) ?? '';

    const labels = [...text.matchAll(/[{,]([a-z_]+)="([^"]*)"/g)].filter(([, name]) => name !== 'le');
    const allowed = new Set(Object.values(DIMENSIONS).flat());
    expect(labels.length).toBeGreaterThan(0);
    for (const [, , value] of labels) expect([...allowed]).toContain(value);
  });
});

describe('the table', () => {
  it('holds nothing that no handler writes', async () => {
    const { metrics, kept } = keptMetrics();
    const post = (handler: HttpHandler, body: unknown) =>
      handler(httpEvent({ caller: callerOf('hospital'), body }));
    const store: FeedbackDeps['store'] = {
      addFeedback: async () => ({ receivedAt: '2026-11-21T12:00:00.000Z' }),
      idempotent: () => Promise.reject(new Error('no key was sent')),
    };
    const newId = () => '0190a0b0-0000-7000-8000-000000000001';

    await post(predictWith(metrics), REFERENCE);
    await post(predictWith(metrics), {});
    await post(createFeedbackHandler({ store, metrics, clock: Date.now, newId }), {
      prediction_id: newId(),
      correct: true,
      basis: 'imaging',
      seen_before_answer: false,
      rating: 4,
    });

    expect([...new Set(kept.map(([name]) => name))].sort()).toEqual(Object.keys(METRICS).sort());
  });
});

describe('GET /v1/metrics', () => {
  it('tells one machine’s figures as Prometheus reads them, without a token', async () => {
    const metrics = createRegistryMetrics('local');
    await predictWith(metrics)(httpEvent({ caller: callerOf('hospital'), body: REFERENCE }));

    const { statusCode, headers, body } = await createMetricsHandler({ metrics })(httpEvent({}));

    expect(statusCode).toBe(200);
    expect(headers?.['Content-Type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(body).toMatch(/^# HELP centinela_requests_total .+\n# TYPE centinela_requests_total counter\n/);
    expect(body).toContain('centinela_requests_total{route="predict",status="2xx",stage="local"} 1\n');
    expect(body).not.toContain('hospital');
  });

  it('in Lambda says that they are in CloudWatch', async () => {
    const { statusCode, headers, body } = await inLambda(httpEvent({ headers: { 'Accept-Language': 'en' } }));

    expect(statusCode).toBe(404);
    expect(headers?.['Content-Type']).toBe('application/problem+json');
    expect(JSON.parse(body)).toMatchObject({
      code: 'METRICS_ELSEWHERE',
      detail: expect.stringContaining('CloudWatch, namespace "Centinela"'),
    });
  });
});
