/** The sum of an evaluation. */

import { mean, quantile } from './numbers.ts';
import { type Ranking, ranking } from './ranking.ts';
import type { Row, Status } from './row.ts';
import {
  byFindings,
  byKind,
  calibrationOfFirst,
  calibrationOfSeverity,
  gateMetrics,
  reviewMetrics,
  setMetrics,
  urgencyMetrics,
} from './trust.ts';

/** Misses count as such in every rank metric and in urgent recall; the rest is over answered cases. */
export function summarise(rows: readonly Row[]) {
  const cases = rows.filter(({ status }) => status !== 'malformed');
  const sets = setMetrics(cases);
  const gate = gateMetrics(cases);
  const urgent = urgencyMetrics(cases);
  const severities = cases.filter(({ severity, true_severity }) => severity && true_severity);
  const first = calibrationOfFirst(cases);
  const review = reviewMetrics(cases);
  return {
    cases: rows.length,
    ...(ranking(cases) ?? { n: 0 }),
    not_scored: notScored(rows),
    unknown_findings: unknownFindings(cases),
    by_kind: byKind(cases, ranking),
    ...(cases.some((row) => row.paper_in_knowledge_base !== undefined) && { by_paper: byPaper(cases) }),
    ...(cases.some((row) => row.truth_changed !== undefined) && { by_knowledge: byKnowledge(cases) }),
    ...(urgent && { urgent }),
    ...(severities.length > 0 && {
      severity: {
        n: severities.length,
        accuracy: mean(severities, (row) => Number(row.severity === row.true_severity)),
      },
    }),
    ...(first && {
      calibration: { first_place: first, severity: calibrationOfSeverity(cases) },
    }),
    ...(sets && { prediction_sets: { ...sets, by_kind: byKind(cases, setMetrics) } }),
    ...(gate && {
      gate: {
        ...gate,
        by_kind: byKind(cases, (some) => {
          const overall = gateMetrics(some);
          return overall && { ...overall, by_findings: byFindings(some, gateMetrics) };
        }),
        by_findings: byFindings(cases, gateMetrics),
      },
    }),
    ...(review && { review }),
    ...times(cases),
  };
}

function notScored(rows: readonly Row[]) {
  const missed = rows.filter(({ status }) => status !== 'scored');
  const count = (wanted: Exclude<Status, 'scored'>) =>
    missed.filter(({ status }) => status === wanted).length;
  return {
    unknown_truth: count('unknown_truth'),
    refused: count('refused'),
    malformed: count('malformed'),
    named: missed.map(({ file, line, id, status, problem }) => ({
      file,
      line,
      ...(id !== undefined && { id }),
      status,
      ...(problem !== undefined && { problem }),
    })),
  };
}

/** Findings that the vocabulary does not know, left out of answers in lenient mode. */
function unknownFindings(rows: readonly Row[]) {
  const some = rows.filter(({ unknown_findings = 0 }) => unknown_findings > 0);
  return {
    cases: some.length,
    findings: some.reduce((sum, { unknown_findings = 0 }) => sum + unknown_findings, 0),
  };
}

/** By whether a paper of the case is cited in the knowledge base. */
function byPaper(rows: readonly Row[]): Readonly<Record<string, Ranking | null>> {
  const of = (cited: boolean) => ranking(rows.filter((row) => row.paper_in_knowledge_base === cited));
  return { not_in_knowledge_base: of(false), in_knowledge_base: of(true) };
}

/** By what is left of the true disease once the case's papers are forgotten and patients are added. */
function byKnowledge(rows: readonly Row[]) {
  const known = rows.filter(({ truth_forgotten }) => truth_forgotten === false);
  return {
    nothing_left_of_the_disease: rows.filter(({ truth_forgotten }) => truth_forgotten).length,
    something_left: ranking(known),
    something_left_and_disease_changed: ranking(known.filter(({ truth_changed }) => truth_changed)),
  };
}

function times(rows: readonly Row[]) {
  const ms = rows.flatMap((row) => row.ms ?? []).sort((a, b) => a - b);
  if (ms.length === 0) return {};
  return { ms: { p50: quantile(ms, 0.5), p95: quantile(ms, 0.95), max: quantile(ms, 1) } };
}
