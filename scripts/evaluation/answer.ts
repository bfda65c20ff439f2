/** Scores a case through the very code that answers requests. */

import type { Model } from '../../lambdas/adapters/model.ts';
import { ApiProblem } from '../../lambdas/api/problem.ts';
import { rankOf } from '../../lambdas/core/differential.ts';
import { type Answered, answerRequest } from '../../lambdas/functions/predict.ts';
import type { CaseLine } from './case.ts';
import { elapsed, round } from './numbers.ts';
import { type Row, told } from './row.ts';
import { kindOf, Truths } from './truth.ts';

/** Never stale: the models are judged, not their age. */
const OCCASION = { predictionId: '', requestId: '', now: 0, lang: 'es' } as const;

/** Scores one case at a time. @param papers PMIDs that the knowledge base cites. */
export function createEvaluator(model: Model, papers: ReadonlySet<number>): (line: CaseLine) => Promise<Row> {
  const { bundle } = model.knowledge;
  const truths = Truths.of(bundle, papers);

  function judge({ answer, patient, prediction }: Answered, truth: readonly number[]): Partial<Row> {
    const view = prediction.model;
    const ranks = view === null ? [] : truth.map((row) => rankOf(bundle, view.differential, row));
    return {
      ...told(patient.findings, answer.warnings),
      ...(ranks.length > 0 && { rank: Math.min(...ranks) }),
      top: answer.top_conditions.map(({ code }) => code),
      severity: answer.severity,
      urgent: answer.requires_immediate_attention,
      review_reasons: answer.review_reasons.map(({ code }) => code),
      ...(answer.confidence !== null && { confidence: answer.confidence }),
      ...(view !== null && {
        probability: round(view.top[0]?.probability ?? 0),
        gate: view.differential.gate,
        covered: view.trust.covered,
        set_size: view.trust.set.rows.length,
        in_set: truth.some((row) => view.trust.set.rows.includes(row)),
      }),
    };
  }

  return async (entry) => {
    const { file, line } = entry;
    if ('fault' in entry) return { file, line, status: 'malformed', problem: entry.fault };
    const truth = truths.rowsOf(entry.case);
    const kind = kindOf(truth.flatMap((row) => bundle.conditions[row] ?? []));
    const known = { file, line, ...truths.describe(entry.case), ...(kind && { kind }) };
    const start = performance.now();
    try {
      const answered = await answerRequest(model, { ...entry.case.request, explain: false }, OCCASION);
      const ms = elapsed(start);
      const status = truth.length > 0 ? 'scored' : 'unknown_truth';
      return { ...known, status, ...judge(answered, truth), ms };
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      return { ...known, status: 'refused', problem: error.code };
    }
  };
}
