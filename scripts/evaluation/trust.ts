/** How far an answer's numbers can be trusted: calibration, prediction sets, the gate, reviews, urgency. */

import { mean, quantile, round, share } from './numbers.ts';
import type { Row, TruthKind } from './row.ts';

const BINS = 15;
const KINDS: readonly TruthKind[] = ['common', 'broad', 'orphan'];
/** Numbers of present findings, from the first to the last. */
const FINDING_BANDS = [
  ['1-2', 1, 2],
  ['3-4', 3, 4],
  ['5-7', 5, 7],
  ['8+', 8, Number.POSITIVE_INFINITY],
] as const;

export interface Calibration {
  readonly n: number;
  /** Expected calibration error in 15 equal bins. */
  readonly ece: number;
  readonly bins: readonly { readonly n: number; readonly stated: number; readonly right: number }[];
}

/** Whether what is stated with a probability is right that often; null where nothing is. */
export function calibration(
  stated: readonly { readonly probability: number; readonly right: boolean }[],
): Calibration | null {
  if (stated.length === 0) return null;
  const binOf = ({ probability }: { probability: number }) =>
    Math.min(BINS - 1, Math.floor(probability * BINS));
  const bins = [...Map.groupBy(stated, binOf)]
    .sort(([a], [b]) => a - b)
    .map(([, some]) => ({
      n: some.length,
      stated: mean(some, ({ probability }) => probability),
      right: mean(some, ({ right }) => Number(right)),
    }));
  const error = bins.reduce((sum, bin) => sum + bin.n * Math.abs(bin.stated - bin.right), 0);
  return { n: stated.length, ece: round(error / stated.length), bins };
}

/** Of the first place; it is wrong where the truth is unknown. */
export const calibrationOfFirst = (rows: readonly Row[]): Calibration | null =>
  calibration(
    rows.flatMap(({ probability, rank }) =>
      probability === undefined ? [] : [{ probability, right: rank === 1 }],
    ),
  );

/** Of the severity shown, where the truth tells one. */
export const calibrationOfSeverity = (rows: readonly Row[]): Calibration | null =>
  calibration(
    rows.flatMap(({ confidence, severity, true_severity }) =>
      confidence === undefined || true_severity === undefined
        ? []
        : [{ probability: confidence, right: severity === true_severity }],
    ),
  );

interface SetMetrics {
  readonly n: number;
  /** Share of the cases whose set holds the truth; of an unknown truth none does. */
  readonly coverage: number;
  readonly size: { readonly mean: number; readonly p50: number; readonly p90: number };
}

/** Null where no answer had a set. */
export function setMetrics(rows: readonly Row[]): SetMetrics | null {
  const withSet = rows.filter(({ set_size }) => set_size !== undefined);
  if (withSet.length === 0) return null;
  const sizes = withSet.map(({ set_size = 0 }) => set_size).sort((a, b) => a - b);
  return {
    n: withSet.length,
    coverage: mean(withSet, ({ in_set }) => Number(in_set === true)),
    size: { mean: mean(sizes, (size) => size), p50: quantile(sizes, 0.5), p90: quantile(sizes, 0.9) },
  };
}

type GateMetrics = { readonly n: number } & Readonly<Record<`held_for_${TruthKind}`, number>>;

/** Share of the cases that the gate gives most weight to each part of; null where no answer had a gate. */
export function gateMetrics(rows: readonly Row[]): GateMetrics | null {
  const decided = rows.flatMap(({ gate }) =>
    gate === undefined ? [] : KINDS.reduce((best, kind) => (gate[kind] > gate[best] ? kind : best)),
  );
  if (decided.length === 0) return null;
  const held = (part: TruthKind) => mean(decided, (chosen) => Number(chosen === part));
  return {
    n: decided.length,
    held_for_common: held('common'),
    held_for_broad: held('broad'),
    held_for_orphan: held('orphan'),
  };
}

/** The same figure for each kind of truth that there is. */
export function byKind<T>(rows: readonly Row[], figure: (rows: readonly Row[]) => T | null) {
  return grouped(
    KINDS.map((kind) => [kind, rows.filter((row) => row.kind === kind)]),
    figure,
  );
}

/** The same figure for each number of present findings that there is. */
export function byFindings<T>(rows: readonly Row[], figure: (rows: readonly Row[]) => T | null) {
  return grouped(
    FINDING_BANDS.map(([name, least, most]) => [
      name,
      rows.filter(({ findings = 0 }) => least <= findings && findings <= most),
    ]),
    figure,
  );
}

function grouped<T>(
  groups: readonly (readonly [string, readonly Row[]])[],
  figure: (rows: readonly Row[]) => T | null,
): Readonly<Record<string, T>> {
  return Object.fromEntries(
    groups.flatMap(([name, rows]) => {
      const value = figure(rows);
      return value === null ? [] : [[name, value]];
    }),
  );
}

/** How often a review is asked for, and why, among the answers; how many say that no layer explains the findings. */
export function reviewMetrics(rows: readonly Row[]) {
  const asked = rows.flatMap(({ review_reasons }) => (review_reasons ? [review_reasons] : []));
  if (asked.length === 0) return null;
  const reasons = Map.groupBy(asked.flat(), (reason) => reason);
  return {
    n: asked.length,
    asked: mean(asked, ({ length }) => Number(length > 0)),
    not_covered: rows.filter(({ covered }) => covered === false).length,
    reasons: Object.fromEntries(
      [...reasons].map(([reason, all]) => [reason, all.length] as const).sort(([, a], [, b]) => b - a),
    ),
  };
}

/** Of the cases whose truth tells the urgency: those that got no answer are missed where urgent, left out else. */
export function urgencyMetrics(rows: readonly Row[]) {
  const told = rows.filter(({ true_urgent }) => true_urgent !== undefined);
  if (told.length === 0) return null;
  const isRefused = ({ status }: Row) => status === 'refused';
  return {
    n: told.length,
    refused: told.filter(isRefused).length,
    recall: share(
      told.filter((row) => row.true_urgent),
      (row) => row.urgent === true,
    ),
    specificity: share(
      told.filter((row) => !row.true_urgent && !isRefused(row)),
      (row) => row.urgent === false,
    ),
  };
}
