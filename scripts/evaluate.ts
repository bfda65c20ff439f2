/**
 * `npm run evaluate -- --cases PATH`: how well answers find the truth. Metrics go to stdout as JSON, a row a case to
 * `--out` as JSON lines. Forms of PATH, options and figures: docs/evaluation.md.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DEFAULT_MODEL_DIR, loadPapers } from '../lambdas/adapters/bundle.ts';
import { loadModel } from '../lambdas/adapters/model.ts';
import { createEvaluator } from './evaluation/answer.ts';
import { STATES, type State, wordInPython } from './evaluation/ddxplus.ts';
import { summarise } from './evaluation/metrics.ts';
import { makeOverlay } from './evaluation/overlay.ts';
import { createProgress } from './evaluation/progress.ts';
import { overlayCases, prepare, scoreByRatios } from './evaluation/ratios.ts';
import { readCases } from './evaluation/read.ts';
import type { Row } from './evaluation/row.ts';
import { Truths } from './evaluation/truth.ts';

const USAGE = `usage: npm run evaluate -- --cases PATH [--out FILE] [--bundle FOLDER] [--state ${STATES.join('|')}]
         [--leave-paper-out] [--support PATH]`;

const options = {
  cases: { type: 'string' },
  out: { type: 'string' },
  bundle: { type: 'string', default: process.env.CENTINELA_MODEL_DIR ?? DEFAULT_MODEL_DIR },
  state: { type: 'string', default: '0.3' },
  'leave-paper-out': { type: 'boolean', default: false },
  support: { type: 'string' },
} as const;

const isState = (text: string): text is State => STATES.includes(text as State);

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  const { cases: path, bundle: folder, state, support, 'leave-paper-out': leavePaperOut } = values;
  if (path === undefined) throw new Error(USAGE);
  if (!isState(state)) throw new Error(`--state ${state} is none of ${STATES.join(', ')}`);
  const lines = readCases(path, state, wordInPython);
  const model = await loadModel(folder);
  const papers = await loadPapers(folder);
  const { version, dataReleases } = model.knowledge.bundle;
  const releases = { model_version: version, data_releases: dataReleases };

  if (!leavePaperOut && support === undefined) {
    const evaluate = createEvaluator(model, papers);
    const rows = await collect(values.out, lines.length, lines, evaluate);
    print({ ...releases, scored_with: 'the served models', ...summarise(rows) });
    return;
  }
  const truths = Truths.of(model.knowledge.bundle, papers);
  const prepared = prepare(model, lines);
  const given = support === undefined ? undefined : prepare(model, readCases(support, state, wordInPython));
  const known = given && overlayCases(truths, given);
  const overlay = makeOverlay({
    bundle: folder,
    cases: overlayCases(truths, prepared),
    ...(known && { support: known }),
    leavePaperOut,
  });
  const scored = scoreByRatios(model, prepared, overlay, papers);
  const rows = await collect(values.out, lines.length, scored, async (row) => row);
  print({
    ...releases,
    scored_with: 'likelihood ratios alone, orphan list',
    leave_paper_out: leavePaperOut,
    ...(known && {
      support: {
        patients: known.length,
        not_read: (given?.length ?? 0) - known.length,
        diseases_new_to_the_bundle: overlay.added.length,
      },
    }),
    ...summarise(rows),
  });
}

/** The rows of all items, written one by one as they come. */
async function collect<T>(
  out: string | undefined,
  total: number,
  items: Iterable<T>,
  score: (item: T) => Promise<Row>,
): Promise<Row[]> {
  const file = out === undefined ? undefined : openSync(out, 'w');
  const progress = createProgress(total);
  const rows: Row[] = [];
  for (const item of items) {
    const row = await score(item);
    rows.push(row);
    if (file !== undefined) writeSync(file, `${JSON.stringify(row)}\n`);
    progress(rows.length);
  }
  if (file !== undefined) closeSync(file);
  return rows;
}

const print = (metrics: object): boolean => process.stdout.write(`${JSON.stringify(metrics, null, 2)}\n`);

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
