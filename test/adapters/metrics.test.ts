import { describe, expect, it, vi } from 'vitest';
import { METRICS, type Measurement, type MetricName, stageOf } from '../../lambdas/adapters/metrics.ts';
import { createEmfMetrics } from '../../lambdas/adapters/metrics-emf.ts';
import { createRegistryMetrics } from '../../lambdas/adapters/metrics-registry.ts';
import { captureLog } from '../fixtures/log.ts';

// Read when the metrics are made.
vi.hoisted(() => {
  process.env.POWERTOOLS_METRICS_DISABLED = 'false';
});

const lines = captureLog();

const SOME: readonly Measurement[] = [
  ['PredictionCount', 1, { ModelVersion: '1.0.0+00000000', Severity: 'ENFERMEDAD_AGUDA' }],
  ['Confidence', 0.8125, {}],
  ['StageLatency', 2.5, { Step: 'parse' }],
  ['RedFlagCount', 0, {}],
  ['StageLatency', 40, { Step: 'model' }],
  ['PredictLatency', 43, {}],
  ['DoctorRating', 4, {}],
];

describe('METRICS', () => {
  it('names each metric once for Prometheus, by its conventions', () => {
    const names = Object.values(METRICS).map(({ prometheus }) => prometheus);

    expect(new Set(names).size).toBe(names.length);
    const ends = { count: /_total$/, milliseconds: /_seconds$/, ratio: /_ratio$/, rating: /_rating$/ };
    for (const { unit, prometheus } of Object.values(METRICS)) {
      expect(prometheus).toMatch(/^centinela_[a-z_]+$/);
      expect(prometheus).toMatch(ends[unit]);
    }
  });

  it.each([
    [{}, 'local'],
    [{ CENTINELA_STAGE: '' }, 'local'],
    [{ CENTINELA_STAGE: 'prod' }, 'prod'],
  ])('have the stage of %j', (env, stage) => {
    expect(stageOf(env)).toBe(stage);
  });
});

describe('in Lambda', () => {
  it('are written at once, a line for each combination of dimensions', () => {
    createEmfMetrics('prod').record(SOME);

    const written = lines().map((line) => JSON.parse(line));
    const directive = ({ _aws }: { _aws: { CloudWatchMetrics: unknown[] } }) => _aws.CloudWatchMetrics;
    expect(written.map(({ _aws, ...values }) => values)).toEqual([
      { Stage: 'prod', ModelVersion: '1.0.0+00000000', Severity: 'ENFERMEDAD_AGUDA', PredictionCount: 1 },
      { Stage: 'prod', Confidence: 0.8125, RedFlagCount: 0, PredictLatency: 43, DoctorRating: 4 },
      { Stage: 'prod', Step: 'parse', StageLatency: 2.5 },
      { Stage: 'prod', Step: 'model', StageLatency: 40 },
    ]);
    expect(written.slice(0, 2).map(directive)).toEqual([
      [
        {
          Namespace: 'Centinela',
          Dimensions: [['Stage', 'ModelVersion', 'Severity']],
          Metrics: [{ Name: 'PredictionCount', Unit: 'Count' }],
        },
      ],
      [
        {
          Namespace: 'Centinela',
          Dimensions: [['Stage']],
          Metrics: [
            { Name: 'Confidence', Unit: 'None' },
            { Name: 'RedFlagCount', Unit: 'Count' },
            { Name: 'PredictLatency', Unit: 'Milliseconds' },
            { Name: 'DoctorRating', Unit: 'None' },
          ],
        },
      ],
    ]);
    for (const { _aws } of written) expect(Math.abs(Date.now() - _aws.Timestamp)).toBeLessThan(60_000);
  });

  it('leave nothing behind for the next request', () => {
    const metrics = createEmfMetrics('prod');
    metrics.record(SOME);
    const before = lines().length;

    metrics.record([['UrgentCount', 1, {}]]);

    const [line = '', ...more] = lines().slice(before);
    const { _aws, ...values } = JSON.parse(line);
    expect(values).toEqual({ Stage: 'prod', UrgentCount: 1 });
    expect(more).toEqual([]);
  });

  it('write nothing for nothing', () => {
    createEmfMetrics('prod').record([]);

    expect(lines()).toEqual([]);
  });
});

/** The samples of a text in the format of Prometheus, and what it declares of each metric. */
function parse(text: string) {
  const types = new Map<string, string>();
  const samples = new Map<string, number>();
  for (const line of text.split('\n').filter(Boolean)) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === 'TYPE') types.set(name, rest);
    const [, sample, value] = /^([a-z_]+(?:\{[^}]*\})?) (\S+)$/.exec(line) ?? [];
    if (sample !== undefined) samples.set(sample, Number(value));
    expect(kind ?? sample, line).toBeDefined();
  }
  return { types, samples };
}

describe('on one machine', () => {
  const textOf = async (measurements: readonly Measurement[]) => {
    const metrics = createRegistryMetrics('local');
    metrics.record(measurements);
    return (await metrics.text?.()) ?? '';
  };

  it('are told as text, each metric with its help and type', async () => {
    const { types } = parse(await textOf([]));

    for (const { prometheus, unit } of Object.values(METRICS))
      expect(types.get(prometheus)).toBe(unit === 'count' ? 'counter' : 'histogram');
    expect(types.size).toBe(Object.keys(METRICS).length);
  });

  it('add up and fall into buckets, times in seconds', async () => {
    const { samples } = parse(await textOf([...SOME, ...SOME]));

    const of = (sample: string) => samples.get(sample);
    expect(
      of(
        'centinela_predictions_total{model_version="1.0.0+00000000",severity="ENFERMEDAD_AGUDA",stage="local"}',
      ),
    ).toBe(2);
    expect(of('centinela_red_flags_total{stage="local"}')).toBe(0);
    expect(of('centinela_confidence_ratio_sum{stage="local"}')).toBe(1.625);
    expect(of('centinela_confidence_ratio_bucket{le="0.8",stage="local"}')).toBe(0);
    expect(of('centinela_confidence_ratio_bucket{le="0.9",stage="local"}')).toBe(2);
    expect(of('centinela_stage_latency_seconds_sum{stage="local",step="parse"}')).toBe(0.005);
    expect(of('centinela_stage_latency_seconds_bucket{le="0.001",stage="local",step="parse"}')).toBe(0);
    expect(of('centinela_stage_latency_seconds_bucket{le="0.0025",stage="local",step="parse"}')).toBe(2);
    expect(of('centinela_stage_latency_seconds_bucket{le="+Inf",stage="local",step="model"}')).toBe(2);
    expect(of('centinela_predict_latency_seconds_count{stage="local"}')).toBe(2);
    expect(of('centinela_doctor_rating_bucket{le="3",stage="local"}')).toBe(0);
    expect(of('centinela_doctor_rating_bucket{le="4",stage="local"}')).toBe(2);
  });

  it('have the labels that the table names', async () => {
    const metrics: readonly Measurement[] = [
      ['RequestCount', 1, { Route: 'predict', Status: '2xx' }],
      ['ErrorCount', 1, { Code: 'NO_FINDINGS' }],
      ['ReviewCount', 1, { Reason: 'STALE_MODEL' }],
      ...SOME,
    ];

    const text = await textOf(metrics);

    const labels = (name: MetricName) => [
      ...(new RegExp(`^${METRICS[name].prometheus}(?:_sum)?\\{(.*)\\}`, 'm').exec(text)?.[1] ?? '').matchAll(
        /(\w+)="/g,
      ),
    ];
    for (const [name] of metrics) expect(labels(name)).toHaveLength(METRICS[name].dimensions.length + 1);
  });

  it('do not mix two processes', async () => {
    await textOf(SOME);

    expect(await textOf([])).not.toContain('model_version=');
  });
});
