/**
 * `npm run bench [-- --json FILE]`: how long a start, a prediction and its stages take on one core, and the memory
 * they need, beside the budgets. Medians, with the range of the repeats' medians as their spread.
 */

import { execFileSync } from 'node:child_process';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_MODEL_DIR } from '../../lambdas/adapters/bundle.ts';
import { newUuid, systemClock } from '../../lambdas/adapters/clock.ts';
import { createEmfMetrics } from '../../lambdas/adapters/metrics-emf.ts';
import { loadModel, type Model } from '../../lambdas/adapters/model.ts';
import { searchTerms } from '../../lambdas/core/search.ts';
import { createPredictHandler } from '../../lambdas/functions/predict.ts';
import { startLocalServer } from '../deploy/local-server.ts';
import { httpEvent } from '../fixtures/http-event.ts';
import { PHRASES } from '../fixtures/phrases.ts';
import { callerOf } from '../fixtures/store.ts';
import { coldStarts } from './cold-start.ts';
import { type Figure, figure, printTable, RUNS, time } from './figures.ts';
import { createClient, load } from './load.ts';
import { overhead } from './overhead.ts';
import { requestOf } from './request.ts';
import { stagesOf } from './stages.ts';
import { unheard } from './unheard.ts';

const STARTS = 5;
/** Requests after which a server's memory is read. */
const WARM = 50;
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
const BUDGETS = { prediction: 10, orphan: 5, memory: 500, bundle: 40 };
/** From the start of the process to the first answered prediction, and its memory when it has answered many. */
async function startUps(): Promise<Figure[]> {
  const times: number[][] = [];
  const memory: number[][] = [];
  for (let i = 0; i < STARTS; i++) {
    const start = performance.now();
    const server = await startLocalServer();
    const client = createClient(server, requestOf(3, true));
    await client.send();
    times.push([performance.now() - start]);
    for (let request = 0; request < WARM; request++) await client.send();
    memory.push([residentMegabytes(server.pid)]);
    client.close();
    await server.stop();
  }
  return [
    figure('start to first answer, over HTTP with the store', 'ms', times),
    { ...figure('memory of the server', 'MB', memory), budget: BUDGETS.memory },
  ];
}

function residentMegabytes(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}

async function handlerTimes(model: Model): Promise<Figure[]> {
  const handler = createPredictHandler({
    model: async () => model,
    store: { recordPrediction: async () => undefined },
    clock: systemClock,
    newId: newUuid,
    metrics: createEmfMetrics('bench'),
  });
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

/** This process, and what it starts from now on, on one core: what Lambda gives. False where the system cannot. */
function keepToOneCore(): boolean {
  try {
    execFileSync('taskset', ['-a', '-p', '-c', '0', String(process.pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The server as people start it, with all cores, and its caller in this process. */
async function underLoad(): Promise<Figure[]> {
  const server = await startLocalServer();
  try {
    return await load(server);
  } finally {
    await server.stop();
  }
}

const { values } = parseArgs({ options: { json: { type: 'string' } } });
const loaded = await underLoad();
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
const cold = await coldStarts();
const starts = await startUps();
const model = await loadModel(DEFAULT_MODEL_DIR);
const predictions = await unheard(() => handlerTimes(model));
const stages = await stageTimes(model);
const orphan = sum(
  'orphan part',
  BUDGETS.orphan,
  stages.filter(({ what }) => what.startsWith('orphan: ')),
);
const figures = [
  await bundleSize(),
  ...cold,
  ...starts,
  ...loaded,
  ...(await unheard(() => overhead(model))),
  ...predictions,
  orphan,
  ...stages,
  await searchTime(model),
];
printTable(figures);
if (values.json !== undefined)
  await writeFile(values.json, `${JSON.stringify({ machine, figures }, null, 2)}\n`);
