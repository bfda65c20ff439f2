/** What is answered and logged where something fails: the models, the bundle, or our own code. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Model, toModel } from '../../lambdas/adapters/model.ts';
import { createServices, readSettings } from '../../lambdas/adapters/services.ts';
import { failureForLog } from '../../lambdas/functions/failure.ts';
import { createPredictHandler } from '../../lambdas/functions/predict.ts';
import { createReadyHandler } from '../../lambdas/functions/ready.ts';
import { bundle, models } from '../fixtures/bundle.ts';
import { copyBundleWith } from '../fixtures/bundle-folder.ts';
import { httpEvent } from '../fixtures/http-event.ts';
import { captureLog } from '../fixtures/log.ts';
import { silentMetrics } from '../fixtures/metrics.ts';
import { callerOf } from '../fixtures/store.ts';

// Read when the handlers' loggers are made, which is when they are imported.
vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = 'INFO';
});

const CORONARY = { symptoms: { dolor_pecho: 8, dificultad_respirar: 7 }, age: 60, gender: 'M' };
const NO_RULE = { symptoms: { moscas_volantes: 2 }, age: 30, gender: 'F' };
const SECRET = 'anon_12345 dolor_pecho';

const lines = captureLog();

/** The logged lines that tell of a failure. */
const failures = () =>
  lines()
    .map((line) => JSON.parse(line))
    .filter((line: Record<string, unknown>) => 'failure' in line);

async function post(model: () => Promise<Model>, body: unknown) {
  const handler = createPredictHandler({
    model,
    store: { recordPrediction: async () => undefined },
    metrics: silentMetrics,
    clock: Date.now,
    newId: () => '0190a0b0-0000-7000-8000-000000000001',
  });
  const { statusCode, body: text } = await handler(httpEvent({ caller: callerOf('hospital'), body }));
  return { status: statusCode, body: JSON.parse(text) };
}

async function ready(model: () => Promise<Model>) {
  const { statusCode, body } = await createReadyHandler({ model, metrics: silentMetrics })(httpEvent({}));
  return { status: statusCode, body: JSON.parse(body) };
}

const outOfMemory = async () => {
  throw new RangeError(SECRET);
};

describe('models that do not run', () => {
  const model = async () => toModel(bundle, { ...models, common: outOfMemory });

  it('are logged by name and place, and not by message, beside the answer of the rules', async () => {
    const { status } = await post(model, CORONARY);

    expect(status).toBe(200);
    expect(failures()).toMatchObject([
      {
        level: 'ERROR',
        message: 'models failed, answered by the rules',
        failure: [
          {
            name: 'RangeError',
            at: expect.arrayContaining([expect.stringMatching(/outOfMemory .*failure\.test\.ts:\d+:\d+$/)]),
          },
        ],
      },
    ]);
    expect(lines().join('')).not.toContain('anon_12345');
  });

  it.each([
    ['a prediction', () => post(model, NO_RULE)],
    ['the readiness', () => ready(model)],
  ])('are logged with the 503 of %s', async (_, ask) => {
    const { status, body } = await ask();

    expect([status, body.code]).toEqual([503, 'MODEL_UNAVAILABLE']);
    expect(failures()).toMatchObject([
      {
        level: 'ERROR',
        status: 503,
        error: 'ModelUnavailableError',
        failure: [
          { name: 'ModelUnavailableError' },
          { name: 'RangeError', at: expect.arrayContaining([expect.stringContaining('failure.test.ts')]) },
        ],
      },
    ]);
    expect(lines().join('')).not.toContain('anon_12345');
  });
});

describe('models that cannot be loaded', () => {
  let folder: string;
  let model: () => Promise<Model>;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'centinela-'));
    copyBundleWith(folder, 'xgboost.onnx', Buffer.from('no model at all'));
    const keyFile = join(folder, 'master.key');
    writeFileSync(keyFile, Buffer.alloc(32, 1));
    ({ model } = createServices(
      readSettings({ CENTINELA_MASTER_KEY_FILE: keyFile, CENTINELA_MODEL_DIR: folder }),
    ));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('leave the rules to answer', async () => {
    const { status, body } = await post(model, CORONARY);

    expect(status).toBe(200);
    expect(body).toMatchObject({
      requires_immediate_attention: true,
      model_version: null,
      top_conditions: [],
    });
    expect(body.red_flags.map(({ id }: { id: string }) => id)).toContain('rf-acs-autonomic');
    expect(body.review_reasons.map(({ code }: { code: string }) => code)).toContain('MODEL_UNAVAILABLE');
    expect(failures()).toMatchObject([{ message: 'models failed, answered by the rules' }]);
  });

  it('are a 503 where no rule fires', async () => {
    const { status, body } = await post(model, NO_RULE);
    expect([status, body.code]).toEqual([503, 'MODEL_UNAVAILABLE']);
  });

  it('are not ready', async () => {
    const { status, body } = await ready(model);
    expect([status, body.code]).toEqual([503, 'MODEL_UNAVAILABLE']);
  });

  it('are a 503 where the bundle was changed, whatever rule would fire', async () => {
    writeFileSync(join(folder, 'common_tables.json.gz'), 'changed');
    const { model } = createServices(
      readSettings({ CENTINELA_MASTER_KEY_FILE: join(folder, 'master.key'), CENTINELA_MODEL_DIR: folder }),
    );

    const { status, body } = await post(model, CORONARY);

    expect([status, body.code]).toEqual([503, 'MODEL_UNAVAILABLE']);
    expect(failures()).toMatchObject([{ error: 'BundleError', failure: [{ name: 'BundleError' }] }]);
  });
});

describe('a defect of our own', () => {
  const defective = async (): Promise<Model> => {
    const model = toModel(bundle, models);
    const severities = { ...model.knowledge.gravity.severities, shares: new Float64Array() };
    const gravity = { ...model.knowledge.gravity, severities };
    return { ...model, knowledge: { ...model.knowledge, gravity } };
  };

  it.each([
    ['a prediction', () => post(defective, CORONARY)],
    ['the readiness', () => ready(defective)],
  ])('is a 500 of %s, and logged with its place', async (_, ask) => {
    const { status, body } = await ask();

    expect([status, body.code]).toEqual([500, 'INTERNAL_ERROR']);
    expect(failures()).toMatchObject([
      {
        status: 500,
        error: 'RangeError',
        failure: [{ at: expect.arrayContaining([expect.stringMatching(/massOf .*core\/gravity\.ts/)]) }],
      },
    ]);
  });
});

describe('failureForLog', () => {
  it('holds nothing of a message, whatever it looks like', () => {
    const text = fc.oneof(
      fc.string({ minLength: 8 }),
      fc.constant('x\n    at dolor_pecho (/anon/12345.ts:1:2)'),
      fc.string({ minLength: 8 }).map((name) => `\n    at ${name} (file:///anon_12345:1:1)\n`),
    );
    fc.assert(
      fc.property(text, text, (message, inner) => {
        const error = new TypeError(message, { cause: new Error(inner) });
        const [first, second] = failureForLog(error);

        expect([first?.name, second?.name]).toEqual(['TypeError', 'Error']);
        for (const place of [...(first?.at ?? []), ...(second?.at ?? [])])
          expect(place).toMatch(/(?:node:|failure\.test\.ts|node_modules).*:\d+:\d+$/);
        expect(first?.at.length).toBeGreaterThan(0);
      }),
    );
  });

  it('gives no frames where it cannot tell the message from them', () => {
    const error = new Error('x\n    at dolor_pecho (/anon/12345.ts:1:2)');
    // Made when it is first read, where source maps are on.
    expect(error.stack).toContain('dolor_pecho');
    error.message = 'another message';
    expect(failureForLog(error)).toEqual([{ name: 'Error', at: [] }]);
  });

  it('ends where causes go in a circle, and has nothing to say of what is no error', () => {
    const error = new Error('a');
    error.cause = error;
    expect(failureForLog(error)).toHaveLength(5);
    expect(failureForLog('dolor_pecho')).toEqual([]);
  });
});
