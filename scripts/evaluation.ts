/** How well answers find the truth: reading cases, matching codes, and the metrics. */

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Condition } from '../lambdas/core/bundle.ts';
import { SEVERITIES } from '../lambdas/core/types.ts';

const caseSchema = z.object({
  id: z.string().optional(),
  /** As POSTed to /v1/predict. */
  request: z.unknown(),
  truth: z.object({
    /** Any of them is the diagnosis. */
    codes: z.array(z.string()).min(1),
    severity: z.enum(SEVERITIES).optional(),
    urgent: z.boolean().optional(),
  }),
  /** The papers that the case comes from. */
  pmids: z.array(z.union([z.string(), z.number()])).optional(),
});

export type Case = z.infer<typeof caseSchema>;

/** A line of the file; without a case where it cannot be read as one. */
export interface CaseLine {
  /** From 1. */
  readonly line: number;
  readonly case: Case | undefined;
}

/** The cases of a `.jsonl` or `.jsonl.gz` file; blank lines are passed over. */
export function readCases(file: string): CaseLine[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  return text
    .split('\n')
    .map((content, i) => ({ line: i + 1, content }))
    .filter(({ content }) => content.trim() !== '')
    .map(({ line, content }) => ({ line, case: parseCase(content) }));
}

function parseCase(content: string): Case | undefined {
  try {
    return caseSchema.safeParse(JSON.parse(content)).data;
  } catch {
    return undefined;
  }
}

/** One spelling of a code: `ORPHA:558`, `OMIM:154700`, and ICD-10 without prefix and dot, `I219`. */
export function normaliseCode(code: string): string {
  const text = code.trim().toUpperCase();
  const orpha = /^ORPHA(?:NET)?[:_\s]*(\d+)$/.exec(text)?.[1];
  if (orpha !== undefined) return `ORPHA:${orpha}`;
  const omim = /^O?MIM[:_\s]*(\d+)$/.exec(text)?.[1];
  if (omim !== undefined) return `OMIM:${omim}`;
  return text.replace(/^ICD-?10(?:-?(?:CM|WHO))?[:_\s]*/, '').replace('.', '');
}

/** Rows of the conditions by each of their codes. */
export function indexCodes(conditions: readonly Condition[]): ReadonlyMap<string, readonly number[]> {
  const rows = new Map<string, number[]>();
  for (const [row, condition] of conditions.entries()) {
    for (const code of new Set([condition.code, ...condition.codes].map(normaliseCode))) {
      const others = rows.get(code);
      if (others === undefined) rows.set(code, [row]);
      else others.push(row);
    }
  }
  return rows;
}

/** A PMID as a number, however it is written. */
export function normalisePmid(pmid: string | number): number {
  return Number(String(pmid).replace(/^PMID:\s*/i, ''));
}

/**
 * - `scored`: answered, and the truth has a place in the list.
 * - `unknown_truth`: the knowledge base has no condition with any of the truth's codes. A miss.
 * - `refused`: the request got a problem for an answer. A miss.
 * - `malformed`: the line is not a case, so there is no truth to miss.
 */
export type Status = 'scored' | 'unknown_truth' | 'refused' | 'malformed';

/** What came of one case. */
export interface Row {
  readonly line: number;
  readonly id?: string;
  readonly status: Status;
  /** Problem code of a refused request. */
  readonly problem?: string;
  /** The true disease, for the mean over diseases. */
  readonly disease?: string;
  /** Place of the truth in the full list, from 1; missing for misses. */
  readonly rank?: number;
  readonly top?: readonly string[];
  readonly severity?: string;
  readonly true_severity?: string;
  readonly urgent?: boolean;
  readonly true_urgent?: boolean;
  /** Whether a paper of the case is cited in the knowledge base; missing where the case names none. */
  readonly paper_in_knowledge_base?: boolean;
  readonly ms?: number;
}

interface RankMetrics {
  readonly top_1: number;
  readonly top_3: number;
  readonly top_5: number;
  readonly top_10: number;
  readonly mrr: number;
}

interface Ranking {
  readonly n: number;
  readonly diseases: number;
  /** Mean over cases. */
  readonly micro: RankMetrics;
  /** Mean over the true diseases. */
  readonly macro: RankMetrics;
}

export interface Metrics extends Ranking {
  /** Lines read. */
  readonly cases: number;
  readonly not_scored: Readonly<Record<Exclude<Status, 'scored'>, number>> & {
    readonly named: readonly Pick<Row, 'line' | 'id' | 'status' | 'problem'>[];
  };
  readonly by_paper?: {
    readonly not_in_knowledge_base: Ranking | null;
    readonly in_knowledge_base: Ranking | null;
  };
  readonly urgent?: {
    /** Cases whose truth tells the urgency. */
    readonly n: number;
    /** Of them, those that got no answer: missed where urgent, left out of the specificity where not. */
    readonly refused: number;
    readonly recall: number | null;
    readonly specificity: number | null;
  };
  readonly severity?: { readonly n: number; readonly accuracy: number };
  /** Milliseconds a case, those that were answered. */
  readonly ms?: { readonly p50: number; readonly p95: number; readonly max: number };
}

/** Sums the rows up. Misses count as such in every rank metric and in urgent recall; the rest is over answered cases. */
export function summarise(rows: readonly Row[]): Metrics {
  const missed = (status: Exclude<Status, 'scored'>) => rows.filter((row) => row.status === status).length;
  const times = rows.flatMap(({ ms }) => ms ?? []).sort((a, b) => a - b);
  const urgency = rows.filter(({ true_urgent }) => true_urgent !== undefined);
  const severities = rows.filter(({ severity, true_severity }) => severity && true_severity);
  const ofPaper = (cited: boolean) => {
    const some = rows.filter((row) => row.paper_in_knowledge_base === cited);
    return some.length > 0 ? ranking(some) : null;
  };
  return {
    cases: rows.length,
    ...ranking(rows.filter(({ status }) => status !== 'malformed')),
    not_scored: {
      unknown_truth: missed('unknown_truth'),
      refused: missed('refused'),
      malformed: missed('malformed'),
      named: rows
        .filter(({ status }) => status !== 'scored')
        .map(({ line, id, status, problem }) => ({
          line,
          ...(id && { id }),
          status,
          ...(problem && { problem }),
        })),
    },
    ...(rows.some((row) => row.paper_in_knowledge_base !== undefined) && {
      by_paper: { not_in_knowledge_base: ofPaper(false), in_knowledge_base: ofPaper(true) },
    }),
    ...(urgency.length > 0 && {
      urgent: {
        n: urgency.length,
        refused: urgency.filter(({ status }) => status === 'refused').length,
        recall: share(
          urgency.filter((row) => row.true_urgent),
          (row) => row.urgent === true,
        ),
        specificity: share(
          urgency.filter((row) => !row.true_urgent && row.status !== 'refused'),
          (row) => row.urgent === false,
        ),
      },
    }),
    ...(severities.length > 0 && {
      severity: {
        n: severities.length,
        accuracy: mean(severities, (row) => Number(row.severity === row.true_severity)),
      },
    }),
    ...(times.length > 0 && {
      ms: { p50: quantile(times, 0.5), p95: quantile(times, 0.95), max: quantile(times, 1) },
    }),
  };
}

function ranking(rows: readonly Row[]): Ranking {
  const diseases = [...Map.groupBy(rows, ({ disease }) => disease).values()].map(rankMetrics);
  const over = (metric: keyof RankMetrics) => mean(diseases, (disease) => disease[metric]);
  return {
    n: rows.length,
    diseases: diseases.length,
    micro: rankMetrics(rows),
    macro: {
      top_1: over('top_1'),
      top_3: over('top_3'),
      top_5: over('top_5'),
      top_10: over('top_10'),
      mrr: over('mrr'),
    },
  };
}

function rankMetrics(rows: readonly Row[]): RankMetrics {
  const within = (k: number) => mean(rows, ({ rank }) => Number(rank !== undefined && rank <= k));
  return {
    top_1: within(1),
    top_3: within(3),
    top_5: within(5),
    top_10: within(10),
    mrr: mean(rows, ({ rank }) => (rank === undefined ? 0 : 1 / rank)),
  };
}

function share<T>(items: readonly T[], holds: (item: T) => boolean): number | null {
  return items.length === 0 ? null : mean(items, (item) => Number(holds(item)));
}

function mean<T>(items: readonly T[], value: (item: T) => number): number {
  return items.length === 0 ? 0 : round(items.reduce((sum, item) => sum + value(item), 0) / items.length);
}

/** Of ascending values, by the nearest rank. */
export function quantile(ascending: readonly number[], q: number): number {
  return round(ascending[Math.max(0, Math.ceil(q * ascending.length) - 1)] ?? Number.NaN);
}

const round = (value: number): number => Math.round(value * 1e6) / 1e6;
