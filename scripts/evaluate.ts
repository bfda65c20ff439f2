/**
 * `npm run evaluate -- --cases FILE [--out FILE]`: scores cases through the very code that answers requests.
 *
 * A line of FILE (.jsonl, .jsonl.gz): {id?, request, truth: {codes, severity?, urgent?}, pmids?}. Metrics go to
 * stdout as JSON, a row a case to `--out` as JSON lines.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { DEFAULT_MODEL_DIR, loadPapers } from '../lambdas/adapters/bundle.ts';
import { conditions } from '../lambdas/adapters/clinical.ts';
import { loadModel, type Model } from '../lambdas/adapters/model.ts';
import { ApiProblem } from '../lambdas/api/problem.ts';
import type { Condition } from '../lambdas/core/bundle.ts';
import { rankOf } from '../lambdas/core/differential.ts';
import { type Answered, answerRequest } from '../lambdas/functions/predict.ts';
import {
  type Case,
  type CaseLine,
  indexCodes,
  normaliseCode,
  normalisePmid,
  type Row,
  readCases,
  summarise,
} from './evaluation.ts';

const datasetCodes = new Map(
  conditions.conditions.map(({ ddxplus_name, icd10_shipped }) => [ddxplus_name, icd10_shipped]),
);

/**
 * With the code that DDXPlus itself gives the condition: often too wide or wrong, so no equivalent that an answer
 * shows, yet it is what cases of that data set call the truth.
 */
function withDatasetCode(condition: Condition): Condition {
  const shipped = datasetCodes.get(condition.key ?? '')?.split(/,\s*/) ?? [];
  return { ...condition, codes: [...condition.codes, ...shipped] };
}

/** Scores one case at a time. */
export function createEvaluator(model: Model, papers: ReadonlySet<number>): (line: CaseLine) => Promise<Row> {
  const { bundle } = model.knowledge;
  const rowsOf = indexCodes(bundle.conditions.map(withDatasetCode));

  function judge(
    answered: Answered,
    truth: readonly number[],
  ): Pick<Row, 'rank' | 'top' | 'severity' | 'urgent'> {
    const { answer, prediction } = answered;
    const differential = prediction.model?.differential;
    const ranks = differential ? truth.map((row) => rankOf(bundle, differential, row)) : [];
    return {
      ...(ranks.length > 0 && { rank: Math.min(...ranks) }),
      top: answer.top_conditions.map(({ code }) => code),
      severity: answer.severity,
      urgent: answer.requires_immediate_attention,
    };
  }

  function known({ id, truth, pmids }: Case, truthRows: readonly number[]): Partial<Row> {
    const [first] = truthRows;
    const disease = first === undefined ? truth.codes[0] : bundle.conditions[first]?.code;
    return {
      ...(id !== undefined && { id }),
      ...(disease !== undefined && { disease }),
      ...(truth.severity !== undefined && { true_severity: truth.severity }),
      ...(truth.urgent !== undefined && { true_urgent: truth.urgent }),
      ...(pmids !== undefined &&
        pmids.length > 0 && {
          paper_in_knowledge_base: pmids.some((pmid) => papers.has(normalisePmid(pmid))),
        }),
    };
  }

  return async ({ line, case: given }) => {
    if (given === undefined) return { line, status: 'malformed' };
    const truthRows = [
      ...new Set(given.truth.codes.flatMap((code) => rowsOf.get(normaliseCode(code)) ?? [])),
    ];
    const row = { line, ...known(given, truthRows) };
    const start = performance.now();
    try {
      const occasion = { predictionId: '', requestId: '', now: 0, lang: 'es' as const };
      const answered = await answerRequest(model, given.request, occasion);
      const ms = Math.round((performance.now() - start) * 1000) / 1000;
      const status = truthRows.length > 0 ? 'scored' : 'unknown_truth';
      return { ...row, status, ...judge(answered, truthRows), ms };
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      return { ...row, status: 'refused', problem: error.code };
    }
  };
}

/** A bar on a terminal, once it is worth one. */
function createProgress(total: number): (done: number) => void {
  const startedAt = performance.now();
  let shownAt = startedAt + 1_900;
  return (done) => {
    const now = performance.now();
    if (!process.stderr.isTTY || now - shownAt < 100) return;
    shownAt = now;
    const filled = Math.round((30 * done) / total);
    const left = Math.ceil(((now - startedAt) / done) * (total - done) * 1e-3);
    const bar = '█'.repeat(filled) + '░'.repeat(30 - filled);
    process.stderr.write(`\r${bar} ${done}/${total}, ${left} s left \x1b[K${done === total ? '\n' : ''}`);
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { cases: { type: 'string' }, out: { type: 'string' } } });
  if (values.cases === undefined) throw new Error('usage: npm run evaluate -- --cases FILE [--out FILE]');
  const lines = readCases(values.cases);
  const folder = process.env.CENTINELA_MODEL_DIR ?? DEFAULT_MODEL_DIR;
  const model = await loadModel(folder);
  const evaluate = createEvaluator(model, await loadPapers(folder));
  const out = values.out === undefined ? undefined : openSync(values.out, 'w');
  const progress = createProgress(lines.length);
  const rows: Row[] = [];
  for (const line of lines) {
    const row = await evaluate(line);
    rows.push(row);
    if (out !== undefined) writeSync(out, `${JSON.stringify(row)}\n`);
    progress(rows.length);
  }
  if (out !== undefined) closeSync(out);
  const { version, dataReleases } = model.knowledge.bundle;
  const metrics = { model_version: version, data_releases: dataReleases, ...summarise(rows) };
  process.stdout.write(`${JSON.stringify(metrics, null, 2)}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
