import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { toModel } from '../../lambdas/adapters/model.ts';
import type { HookEvent, HookStatus } from '../../lambdas/adapters/rollout.ts';
import type { PredictionRecord } from '../../lambdas/adapters/store/index.ts';
import { GOLDEN_TENANT } from '../../lambdas/api/claims.ts';
import type { PredictResponse } from '../../lambdas/api/schemas/prediction.ts';
import { createGoldenCheck } from '../../lambdas/functions/golden-check.ts';
import { createPredictHandler, type PredictDeps } from '../../lambdas/functions/predict.ts';
import { bundle, models } from '../fixtures/bundle.ts';
import { keptMetrics } from '../fixtures/metrics.ts';

const HOOK: HookEvent = { DeploymentId: 'd-1', LifecycleEventHookExecutionId: 'hook-1' };
// The handlers hold a token's end against the clock on the wall.
const NOW = Date.now();
const MINUTES = 60_000;
const REQUESTS = [
  {
    name: 'chest pain',
    request: { patient_id: 'anon_1', symptoms: { dolor_pecho: 9, fiebre: 7 }, age: 60, gender: 'M' },
  },
  { name: 'fever', request: { symptoms: { fiebre: 8 }, age: 30, gender: 'F' } },
];

type Answered = { readonly result: APIGatewayProxyResult; readonly answer: PredictResponse };
type Meddle = (answered: Answered, call: number) => APIGatewayProxyResult;

/** The hook before the real handler of `predict`, whose store keeps what it is given. */
async function setUp(meddle: Meddle = ({ result }) => result, store?: PredictDeps['store']) {
  const { metrics, kept: measured } = keptMetrics();
  const recorded: PredictionRecord[] = [];
  const model = toModel(bundle, models);
  const predict = createPredictHandler({
    metrics,
    model: async () => model,
    clock: () => NOW,
    newId: () => '0190a0b0-0000-7000-8000-000000000001',
    store: store ?? { recordPrediction: async (record) => void recorded.push(record) },
  });
  const events: APIGatewayProxyEvent[] = [];
  const statuses: HookStatus[] = [];
  const logged: Record<string, unknown>[] = [];
  const log = (_: unknown, ...[line]: unknown[]) => void logged.push(line as Record<string, unknown>);
  const ask = async (event: APIGatewayProxyEvent): Promise<Answered> => {
    const result = await predict(event);
    return { result, answer: JSON.parse(result.body) };
  };
  const requests = await Promise.all(
    REQUESTS.map(async ({ name, request }) => ({ name, request, top: await topOf(request, ask) })),
  );
  recorded.length = 0;
  measured.length = 0;
  const deps = {
    golden: async () => ({ version: bundle.version, requests }),
    invoke: async (event: APIGatewayProxyEvent) => {
      events.push(event);
      return meddle(await ask(event), events.length);
    },
    report: async (hook: HookEvent, status: HookStatus) => {
      expect(hook).toBe(HOOK);
      statuses.push(status);
    },
    clock: () => NOW,
    logger: { info: log, error: log },
  };
  const run = (remaining = 10 * MINUTES, given = deps) =>
    createGoldenCheck(given)(HOOK, { getRemainingTimeInMillis: () => remaining });
  return { deps, run, recorded, events, statuses, logged, measured };
}

/** What the training run would have computed: what this model says. */
async function topOf(request: object, ask: (event: APIGatewayProxyEvent) => Promise<Answered>) {
  const { answer } = await ask({
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(request),
    requestContext: {
      authorizer: {
        user: 'training',
        tenant: 'training',
        role: 'SistemaHospital',
        scopes: 'medical.diagnosis.read',
        expiresAt: '4000000000',
      },
    },
  } as unknown as APIGatewayProxyEvent);
  return answer.top_conditions.map(({ code, probability }): [string, number] => [code, probability]);
}

/** An answer with another body. */
const changed = (result: APIGatewayProxyResult, body: PredictResponse): APIGatewayProxyResult => ({
  ...result,
  body: JSON.stringify(body),
});

/** An answer whose first condition is likelier by so much. */
const moved =
  (by: number, onCall: number): Meddle =>
  ({ result, answer }, call) => {
    const [first, ...others] = answer.top_conditions;
    if (first === undefined) throw new Error('an answer without conditions');
    const top_conditions = [{ ...first, probability: first.probability + by }, ...others];
    return call === onCall ? changed(result, { ...answer, top_conditions }) : result;
  };

describe('the golden check', () => {
  it('lets the traffic come where every request is answered as it was trained', async () => {
    const { run, statuses, events } = await setUp();

    await run();

    expect(statuses).toEqual(['Succeeded']);
    expect(events).toHaveLength(REQUESTS.length);
  });

  it('leaves dashboards and alarms alone, whatever is answered', async () => {
    const { run, events, measured } = await setUp();

    await run();
    await run(10 * MINUTES);

    expect(events).toHaveLength(2 * REQUESTS.length);
    expect(measured).toEqual([]);
  });

  it('lets rounding pass', async () => {
    const { run, statuses } = await setUp(moved(0.000009, 2));

    await run();

    expect(statuses).toEqual(['Succeeded']);
  });

  it('stops at a probability that is off, and says which', async () => {
    const { run, statuses, logged } = await setUp(moved(0.00002, 2));

    await run();

    expect(statuses).toEqual(['Failed']);
    expect(logged).toContainEqual({
      golden: 'fever',
      differences: [expect.stringMatching(/^\S+: 0\.\d+ instead of 0\.\d+$/)],
    });
    expect(logged.at(-1)).toEqual({ requests: 2, wrong: 1 });
  });

  it.each<[string, Meddle]>([
    [
      'another condition in its place',
      ({ result, answer }) => {
        const top_conditions = answer.top_conditions.map((shown) => ({ ...shown, code: 'ICD10:Z00.0' }));
        return changed(result, { ...answer, top_conditions });
      },
    ],
    ['no conditions', ({ result, answer }) => changed(result, { ...answer, top_conditions: [] })],
    [
      'the bundle of another version',
      ({ result, answer }) => changed(result, { ...answer, model_version: '0.0.0' }),
    ],
    ['a problem', () => ({ statusCode: 503, headers: {}, body: '{}' })],
    [
      'a call that fails',
      () => {
        throw new Error('Unhandled');
      },
    ],
  ])('stops at %s', async (_, meddle) => {
    const { run, statuses } = await setUp(meddle);

    await run();

    expect(statuses).toEqual(['Failed']);
  });

  it('stops where the new version cannot write to the store', async () => {
    const { run, statuses, logged } = await setUp(undefined, {
      recordPrediction: async () => {
        throw new Error('AccessDenied');
      },
    });

    await run();

    expect(statuses).toEqual(['Failed']);
    expect(logged[0]).toMatchObject({ differences: ['NOT_RECORDED'] });
  });

  it('answers while there is time, though not every request was replayed', async () => {
    const { run, statuses, events } = await setUp();

    await run(MINUTES / 2);

    expect(statuses).toEqual(['Failed']);
    expect(events).toEqual([]);
  });

  it.each([
    ['cannot be read', () => Promise.reject(new Error('ENOENT'))],
    ['holds no request', async () => ({ version: bundle.version, requests: [] })],
  ])('fails where the bundle %s', async (_, golden) => {
    const { run, deps, statuses } = await setUp();

    await run(10 * MINUTES, { ...deps, golden });

    expect(statuses).toEqual(['Failed']);
  });

  it('is no hospital, and asks for no patient', async () => {
    const { run, recorded } = await setUp();

    await run();

    expect(recorded).toHaveLength(REQUESTS.length);
    for (const { caller, patientId } of recorded) {
      expect(caller.tenant).toBe(GOLDEN_TENANT);
      expect(patientId).toBeUndefined();
    }
  });
});
