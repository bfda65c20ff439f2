/**
 * `npm run bench [-- --json FILE]`: how long a start, a prediction and its stages take on one core, and the memory
 * they need, beside the budgets. Medians, with the range of the repeats' medians as their spread.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus, devNull, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_MODEL_DIR } from '../../lambdas/adapters/bundle.ts';
import { newUuid, systemClock } from '../../lambdas/adapters/clock.ts';
import type { Metrics } from '../../lambdas/adapters/metrics.ts';
import { createEmfMetrics } from '../../lambdas/adapters/metrics-emf.ts';
import { loadModel, type Model } from '../../lambdas/adapters/model.ts';
import { searchTerms } from '../../lambdas/core/search.ts';
import { createPredictHandler } from '../../lambdas/functions/predict.ts';
import { openKeys } from '../../local/keys.ts';
import { quantile } from '../../scripts/evaluation/numbers.ts';
import { httpEvent } from '../fixtures/http-event.ts';
import { PHRASES } from '../fixtures/phrases.ts';
import { callerOf } from '../fixtures/store.ts';
import { stagesOf } from './stages.ts';

const STARTS = 5;
/** Requests after which a server's memory is read. */
const WARM = 50;
const REPEATS = 5;
const RUNS = 200;
const SIZES = [3, 5, 8, 15];
/** What is told of a patient besides the findings, and explained like them. */
const AGE_AND_SEX = 2;
/** By number of items: an explained answer takes longer, so it is run less often. */
const EXPLAINED: readonly { items: number; budget?: number }[] = [
  { items: 8, budget: 40 },
  { items: 10, budget: 110 },
  { items: 15 },
];
const EXPLAINED_RUNS = 40;
/** Findings of the request that is taken apart into its stages. */
const STAGED = 8;
/** Milliseconds, and megabytes. */
const BUDGETS = { prediction: 10, overhead: 2, orphan: 5, memory: 500, bundle: 40 };
const SYMPTOMS = [
  'fiebre',
  'dolor_pecho',
  'dificultad_respirar',
  'tos',
  'nauseas',
  'cefalea',
  'fatiga',
  'mareo',
  'diarrea',
  'escalofrios',
  'dolor_garganta',
  'HP:0001166',
  'HP:0001083',
  'HP:0002616',
  'HP:0000098',
];

const requestOf = (size: number, explain = false) => ({
  symptoms: Object.fromEntries(SYMPTOMS.slice(0, size).map((name) => [name, 5])),
  age: 45,
  gender: 'M',
  explain,
});

interface Figure {
  readonly what: string;
  readonly unit: 'ms' | 'MB' | 'times';
  readonly p50: number;
  readonly p95: number;
  /** Least and greatest of the repeats' medians. */
  readonly spread: readonly [number, number];
  /** What the median may be. */
  readonly budget?: number;
}

function figure(what: string, unit: Figure['unit'], repeats: readonly (readonly number[])[]): Figure {
  const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);
  const all = sorted(repeats.flat());
  const medians = sorted(repeats.map((values) => quantile(sorted(values), 0.5)));
  const round = (value: number) => Math.round(value * 1000) / 1000;
  return {
    what,
    unit,
    p50: round(quantile(all, 0.5)),
    p95: round(quantile(all, 0.95)),
    spread: [round(medians[0] ?? Number.NaN), round(medians.at(-1) ?? Number.NaN)],
  };
}

/** Times `run` after as many runs to warm up. */
async function time(what: string, run: () => unknown, runs = RUNS): Promise<Figure> {
  const timed = async () => {
    const start = performance.now();
    await run();
    return performance.now() - start;
  };
  return repeat(what, timed, runs);
}

/** What `measured` gives in milliseconds, after as many runs to warm up. */
async function repeat(what: string, measured: () => Promise<number>, runs: number): Promise<Figure> {
  for (let i = 0; i < runs; i++) await measured();
  const repeats: number[][] = [];
  for (let i = 0; i < REPEATS; i++) {
    const times: number[] = [];
    for (let run = 0; run < runs; run++) times.push(await measured());
    repeats.push(times);
  }
  return figure(what, 'ms', repeats);
}

/** Thousands of lines of log and metrics would bury the table: they are written, but where nobody reads. */
async function unheard<T>(run: () => Promise<T>): Promise<T> {
  const nowhere = await open(devNull, 'w');
  const { write } = process.stdout;
  process.stdout.write = (text: string | Uint8Array) => {
    writeSync(nowhere.fd, String(text));
    return true;
  };
  try {
    return await run();
  } finally {
    process.stdout.write = write;
    await nowhere.close();
  }
}

/** From the start of the process to the first answered prediction, and its memory when it has answered many. */
async function startUps(): Promise<Figure[]> {
  const seconds: number[][] = [];
  const memory: number[][] = [];
  for (let i = 0; i < STARTS; i++) {
    const folder = await mkdtemp(join(tmpdir(), 'centinela-bench-'));
    const keys = await openKeys(folder);
    const token = await keys.mintToken({
      role: 'MedicoGeneral',
      user: 'bench',
      tenant: 'bench',
      expiresIn: 600,
    });
    const port = await freePort();
    const start = performance.now();
    const server = spawn(process.execPath, [resolve(import.meta.dirname, '../../local/main.ts')], {
      env: { ...process.env, PORT: String(port), CENTINELA_DATA_DIR: folder },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const url = `http://127.0.0.1:${port}/v1/predict`;
    await firstAnswer(server, url, token);
    seconds.push([performance.now() - start]);
    for (let request = 0; request < WARM; request++) await firstAnswer(server, url, token);
    memory.push([residentMegabytes(server.pid)]);
    const ended = new Promise((done) => server.once('exit', done));
    server.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true });
  }
  return [
    figure('start to first answer, over HTTP with the store', 'ms', seconds),
    { ...figure('memory of the server', 'MB', memory), budget: BUDGETS.memory },
  ];
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

async function firstAnswer(server: ChildProcess, url: string, token: string): Promise<void> {
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` };
  const body = JSON.stringify(requestOf(3, true));
  while (server.exitCode === null) {
    const response = await fetch(url, { method: 'POST', headers, body }).catch(() => undefined);
    if (response?.status === 200) {
      await response.text();
      return;
    }
    if (response !== undefined) throw new Error(`the server answered ${response.status}`);
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new Error('the server did not start');
}

function residentMegabytes(pid: number | undefined): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}

function handlerOf(model: Model, metrics: Metrics) {
  return createPredictHandler({
    model: async () => model,
    store: { recordPrediction: async () => undefined },
    clock: systemClock,
    newId: newUuid,
    metrics,
  });
}

/** Steps that are not ours to hurry: the models, for the answer and for its reasons, and the store. */
const NOT_OURS: readonly string[] = ['model', 'explain', 'store'];

/** What a request takes besides models and store: parsing, presenting, checks, log and metrics. */
async function overhead(model: Model): Promise<Figure[]> {
  const emf = createEmfMetrics('bench');
  let notOurs = 0;
  const handler = handlerOf(model, {
    ...emf,
    record: (measurements) => {
      for (const [name, value, dimensions] of measurements)
        if (name === 'StageLatency' && NOT_OURS.includes(dimensions.Step)) notOurs += value;
      emf.record(measurements);
    },
  });
  const figures: Figure[] = [];
  for (const explain of [false, true]) {
    const event = httpEvent({ caller: callerOf('bench'), body: requestOf(STAGED, explain) });
    const ours = async () => {
      notOurs = 0;
      const start = performance.now();
      await handler(event);
      return performance.now() - start - notOurs;
    };
    const what = `all but models and store, ${STAGED} findings, ${explain ? '' : 'not '}explained`;
    const timed = await repeat(what, ours, explain ? EXPLAINED_RUNS : RUNS);
    figures.push({ ...timed, budget: BUDGETS.overhead });
  }
  return figures;
}

async function handlerTimes(model: Model): Promise<Figure[]> {
  const handler = handlerOf(model, createEmfMetrics('bench'));
  const answer = async (what: string, request: unknown, runs = RUNS): Promise<Figure> => {
    const event = httpEvent({ caller: callerOf('bench'), body: request });
    const { statusCode } = await handler(event);
    if (statusCode !== 200) throw new Error(`the handler answered ${statusCode}`);
    return time(`${what}, without store`, () => handler(event), runs);
  };
  const figures: Figure[] = [];
  for (const size of SIZES) {
    const timed = await answer(`prediction, ${size} findings, not explained`, requestOf(size));
    figures.push({ ...timed, budget: BUDGETS.prediction });
  }
  for (const { items, budget } of EXPLAINED) {
    const size = items - AGE_AND_SEX;
    const told = `${items} items (${size} findings, age, sex)`;
    const plain = await answer(`prediction, ${told}, not explained`, requestOf(size), EXPLAINED_RUNS);
    const timed = await answer(`prediction, ${told}, explained`, requestOf(size, true), EXPLAINED_RUNS);
    const ratio = figure(`explained over not explained, ${items} items`, 'times', [[timed.p50 / plain.p50]]);
    figures.push(plain, { ...timed, ...(budget !== undefined && { budget }) }, ratio);
  }
  return figures;
}

async function stageTimes(model: Model): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [stage, run] of Object.entries(await stagesOf(model, requestOf(STAGED))))
    figures.push(await time(stage, run));
  return figures;
}

/** One search a run, phrase after phrase; the index is made before. */
function searchTime(model: Model): Promise<Figure> {
  let next = 0;
  return time('search of a finding as people write it', () => {
    const { phrase, lang } = PHRASES[next++ % PHRASES.length] ?? { phrase: '', lang: 'es' };
    return searchTerms(model.search(), phrase, lang, 20);
  });
}

/** Of two stages that run one after the other; the spread is as wide as theirs together. */
function sum(what: string, budget: number, [a, b]: readonly Figure[]): Figure {
  if (a === undefined || b === undefined) throw new RangeError('nothing to add up');
  const add = (x: number, y: number) => Math.round((x + y) * 1000) / 1000;
  return {
    ...a,
    what,
    budget,
    p50: add(a.p50, b.p50),
    p95: add(a.p95, b.p95),
    spread: [add(a.spread[0], b.spread[0]), add(a.spread[1], b.spread[1])],
  };
}

async function bundleSize(): Promise<Figure> {
  const names = await readdir(DEFAULT_MODEL_DIR);
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(join(DEFAULT_MODEL_DIR, name))).size),
  );
  const megabytes = sizes.reduce((total, size) => total + size, 0) / 1e6;
  return { ...figure('bundle, unpacked', 'MB', [[megabytes]]), budget: BUDGETS.bundle };
}

function printTable(figures: readonly Figure[]): void {
  const width = Math.max(...figures.map(({ what }) => what.length));
  const cell = (value: number) => value.toFixed(value < 10 ? 3 : 0).padStart(9);
  console.log(`${''.padEnd(width)}   ${'p50'.padStart(9)}${'p95'.padStart(9)}   budget   spread of medians`);
  for (const { what, unit, p50, p95, spread, budget } of figures) {
    const limit = budget === undefined ? '' : `${p50 <= budget ? '<=' : 'OVER'} ${budget}`;
    const range = spread.map(cell).join(' –');
    console.log(`${what.padEnd(width)}   ${cell(p50)}${cell(p95)}   ${limit.padStart(8)} ${range} ${unit}`);
  }
}

/** The whole process, and what it starts, on one core: what Lambda gives. False where the system cannot. */
function keepToOneCore(): boolean {
  try {
    execFileSync('taskset', ['-a', '-p', '-c', '0', String(process.pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const { values } = parseArgs({ options: { json: { type: 'string' } } });
const machine = {
  cpu: cpus()[0]?.model.trim(),
  cores: cpus().length,
  oneCore: keepToOneCore(),
  node: process.version,
  platform: process.platform,
};
console.log(
  `${machine.cpu}, ${machine.oneCore ? 'one core of' : 'all'} ${machine.cores}, Node ${machine.node}, ${machine.platform}\n`,
);
const starts = await startUps();
const model = await loadModel(DEFAULT_MODEL_DIR);
const predictions = await unheard(async () => [...(await overhead(model)), ...(await handlerTimes(model))]);
const stages = await stageTimes(model);
const orphan = sum(
  'orphan part',
  BUDGETS.orphan,
  stages.filter(({ what }) => what.startsWith('orphan: ')),
);
const figures = [await bundleSize(), ...starts, ...predictions, orphan, ...stages, await searchTime(model)];
printTable(figures);
if (values.json !== undefined)
  await writeFile(values.json, `${JSON.stringify({ machine, figures }, null, 2)}\n`);
