/** The server as a user starts it: a process of its own, the champion bundle, real tokens, a real database. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ModelCardSchema } from '../../lambdas/api/schemas/model-card.ts';
import { type PredictResponse, PredictResponseSchema } from '../../lambdas/api/schemas/prediction.ts';
import { NextQuestionsResponseSchema } from '../../lambdas/api/schemas/questions.ts';
import { copyBundleWith } from '../fixtures/bundle-folder.ts';

const REFERENCE = {
  patient_id: 'anon_12345',
  symptoms: { fiebre: 8.5, dolor_pecho: 7.0, dificultad_respirar: 6.5 },
  age: 45,
  gender: 'M',
};

interface Running {
  readonly url: string;
  readonly token: string;
  readonly process: ChildProcess;
}

let folder: string;
const children: ChildProcess[] = [];

function launch(env: Record<string, string>) {
  const child = spawn(process.execPath, ['local/main.ts'], {
    env: { ...process.env, PORT: '0', CENTINELA_DATA_DIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let out = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      out += chunk;
    });
  return { child, output: () => out };
}

/** Starts the server and reads the address and the token that it prints. */
async function start(): Promise<Running> {
  const { child, output } = launch({});
  const printed = await vi.waitFor(
    () => {
      if (!output().includes('Ctrl+C')) throw new Error(`not started: ${output()}`);
      return output();
    },
    { timeout: 20_000, interval: 50 },
  );
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0] ?? '';
  const token = /Bearer ([\w.-]+)/.exec(printed)?.[1] ?? '';
  return { url, token, process: child };
}

async function call(
  { url, token }: Running,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
) {
  const response = await fetch(url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as PredictResponse,
  };
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'centinela-e2e-'));
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

describe('the server', () => {
  let server: Running;
  beforeAll(async () => {
    server = await start();
  });

  it('answers the reference request of the specification as it stands', async () => {
    const { status, body } = await call(server, '/v1/predict', REFERENCE);

    expect(status).toBe(200);
    const answer = PredictResponseSchema.parse(body);
    expect(answer.patient_id).toBe('anon_12345');
    expect(answer.requires_immediate_attention).toBe(true);
    expect(answer.red_flags.map(({ id }) => id)).toContain('rf-acs-autonomic');
    expect(['NO_ENFERMO', 'MOLESTIAS_LEVES']).not.toContain(answer.severity);
    expect(Object.keys(answer.explanation)).toEqual(
      expect.arrayContaining(['fiebre', 'dolor_pecho', 'dificultad_respirar', 'age', 'sex']),
    );
    expect(answer.top_conditions).toHaveLength(10);
  });

  it('answers on the plain path, in Spanish and in English alike', async () => {
    const spanish = await call(server, '/predict', REFERENCE);
    const english = await call(server, '/v1/predict', { ...REFERENCE, lang: 'en' });

    const codes = (answer: { body: PredictResponse }) =>
      answer.body.top_conditions.map(({ code, probability }) => [code, probability]);
    expect(codes(spanish)).toEqual(codes(english));
    expect(spanish.body.severity).toBe(english.body.severity);
    expect(english.body.red_flags[0]?.name).toMatch(/^Chest pain/);
    expect(spanish.body.red_flags[0]?.name).toMatch(/^Dolor torácico/);
  });

  it('gives the same answer to the same findings by slug, by Spanish and English name and by HPO id', async () => {
    const wordings = [
      { fiebre: 5, dolor_pecho: 5 },
      { Fiebre: 5, 'dolor torácico': 5 },
      { fever: 5, 'Chest pain': 5 },
      { 'HP:0001945': 5, 'HP:0100749': 5 },
    ];

    const answers = await Promise.all(
      wordings.map((symptoms) => call(server, '/v1/predict', { symptoms, age: 45, gender: 'M' })),
    );

    const [first, ...others] = answers.map(({ body }) => JSON.stringify(body.top_conditions));
    for (const other of others) expect(other).toBe(first);
  });

  it('says that one finding is little', async () => {
    const { body } = await call(server, '/v1/predict', { symptoms: { cefalea: 4 }, age: 30, gender: 'F' });

    expect(body.review_by_specialist).toBe(true);
    expect(body.review_reasons.map(({ code }) => code)).toContain('INSUFFICIENT_DATA');
  });

  it('ranks the orphan disease of a published patient first (Marfan syndrome, PMID 11175294, B22)', async () => {
    const symptoms = {
      'HP:0000218': 5,
      'HP:0000268': 5,
      'HP:0000768': 5,
      'HP:0001083': 5,
      'HP:0001166': 5,
      'HP:0001519': 5,
      'HP:0001634': 5,
      'HP:0002616': 5,
      'HP:0002650': 5,
      'HP:0011003': 5,
    };

    const { body } = await call(server, '/v1/predict', { symptoms, age: 32, gender: 'M' });

    expect(body.top_conditions[0]).toMatchObject({
      code: 'ORPHA:558',
      name: 'Síndrome de Marfan',
      kind: 'orphan',
    });
    expect(body.orphan_suspicion?.level).toBe('HIGH');
  });

  it('shows whoever asks the card of the very model that answers', async () => {
    const anonymous = { ...server, token: '' };

    const ready = await call(anonymous, '/v1/ready');
    const card = await call(anonymous, '/v1/models/current/card?lang=en');
    const again = await fetch(`${server.url}/v1/models/current/card?lang=en`, {
      headers: { 'If-None-Match': card.headers.get('etag') ?? '' },
    });
    const readable = await fetch(`${server.url}/v1/models/current/card`, {
      headers: { Accept: 'text/markdown' },
    });

    expect(ModelCardSchema.parse(card.body).model_version).toBe(ready.body.model_version);
    expect([again.status, await again.text(), again.headers.get('content-length')]).toEqual([304, '', null]);
    expect(await readable.text()).toMatch(/^# Centinela: ficha del modelo/);
  });

  it('counts what it answered, for whoever reads metrics on this machine', async () => {
    await call(server, '/v1/predict', REFERENCE);

    const response = await fetch(`${server.url}/v1/metrics`);

    const text = await response.text();
    expect([response.status, response.headers.get('Content-Type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    expect(text).toMatch(/^centinela_requests_total\{route="predict",status="2xx",stage="local"\} [1-9]/m);
    expect(text).toMatch(/^centinela_stage_latency_seconds_count\{stage="local",step="store"\} [1-9]/m);
    expect(text).not.toMatch(/anon_12345|fiebre/);
  });

  it('survives what a client may throw at it', async () => {
    const symptoms = Array.from({ length: 10_000 }, (_, i) => `"s${i}":1`).join();
    const bodies: [string, number, string][] = [
      ['{"symptoms":{"__proto__":{"x":1}},"age":40,"gender":"M"}', 400, 'FORBIDDEN_KEY'],
      ['{', 400, 'MALFORMED_JSON'],
      ['[]', 422, 'VALIDATION_FAILED'],
      ['null', 422, 'VALIDATION_FAILED'],
      [`{"symptoms":{${symptoms}},"age":4,"gender":"M"}`, 422, 'VALIDATION_FAILED'],
      [`"${'x'.repeat(300_000)}"`, 413, 'PAYLOAD_TOO_LARGE'],
      [JSON.stringify({ symptoms: { fiebre: 1e308 }, age: -1, gender: 7 }), 422, 'VALIDATION_FAILED'],
    ];

    for (const [body, status, code] of bodies) {
      const answer = await call(server, '/v1/predict', body);
      expect([answer.status, answer.body]).toMatchObject([status, { status, code }]);
      expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    }
    expect((await call(server, '/v1/ready')).status).toBe(200);
  });

  it('keeps what it acknowledged through kill -9', async () => {
    const { body: prediction } = await call(server, '/v1/predict', REFERENCE);
    const feedback = {
      prediction_id: prediction.prediction_id,
      correct: true,
      basis: 'laboratory',
      seen_before_answer: false,
      rating: 5,
    };
    const headers = { 'Idempotency-Key': 'e2e-1' };
    const given = await call(server, '/v1/feedback', feedback, headers);
    await kill(server.process, 'SIGKILL');

    server = await start();
    const kept = await call(server, `/v1/predictions/${prediction.prediction_id}`);
    const replayed = await call(server, '/v1/feedback', feedback, headers);

    expect(given.status).toBe(201);
    expect(kept.body.top_conditions).toEqual(prediction.top_conditions);
    expect(replayed.body).toEqual(given.body);
    expect(replayed.headers.get('idempotency-replayed')).toBe('true');
  });

  it('tells what to ask next, with the answer and afterwards', async () => {
    const { body: prediction } = await call(server, '/v1/predict', { ...REFERENCE, lang: 'en' });
    const path = `/v1/predictions/${prediction.prediction_id}/next-questions`;
    const later = await call(server, `${path}?limit=7`, undefined, { 'Accept-Language': 'en' });

    expect(later.status).toBe(200);
    const { questions, model_version } = NextQuestionsResponseSchema.parse(later.body);
    expect(model_version).toBe(prediction.model_version);
    expect(questions).toHaveLength(7);
    expect(questions.slice(0, 5)).toEqual(prediction.next_questions?.questions);
  });

  it('leaves no patient id and no finding readable in its files', async () => {
    const { body } = await call(server, '/v1/predict', { ...REFERENCE, patient_id: 'anon_SECRET_77' });
    await kill(server.process, 'SIGTERM');
    const files = globSync('**/*', { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile());

    const contents = await Promise.all(
      files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')),
    );

    expect(body.patient_id).toBe('anon_SECRET_77');
    expect(files.length).toBeGreaterThan(3);
    for (const content of contents) expect(content).not.toMatch(/anon_SECRET_77|dolor_pecho|HP:0100749/);
    expect((await stat(join(folder, 'keys', 'master.key'))).mode & 0o777).toBe(0o600);
  });
});

describe('a bundle that was tampered with', () => {
  it('is refused at the start, by the name of the file', async () => {
    const model = join(folder, 'model');
    await cp('layers/model', model, { recursive: true });
    const file = join(model, 'random_forest.onnx');
    const bytes = await readFile(file);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    await writeFile(file, bytes);

    const { child, output } = launch({
      CENTINELA_MODEL_DIR: model,
      CENTINELA_DATA_DIR: join(folder, 'other'),
    });
    const [code] = await once(child, 'exit');

    expect(code).toBe(1);
    expect(output()).toMatch('random_forest.onnx');
    expect(output()).not.toMatch(/ at .*\.ts:/);
  });
});

describe('a model that does not run', () => {
  it('is refused at the start, with the reason', async () => {
    const model = join(folder, 'no-model');
    copyBundleWith(model, 'xgboost.onnx', Buffer.from('no model at all'));

    const { child, output } = launch({
      CENTINELA_MODEL_DIR: model,
      CENTINELA_DATA_DIR: join(folder, 'another'),
    });
    const [code] = await once(child, 'exit');

    expect(code).toBe(1);
    expect(output()).toMatch(/cannot start: the models failed .*: .*protobuf/i);
    expect(output()).not.toMatch(/ at .*\.ts:/);
  });
});
