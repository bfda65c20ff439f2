/** Where the truth stands in the list: over cases and over diseases, with intervals. */

import { Bootstrap, type ClusterKind, clusterOf, type Interval } from './intervals.ts';
import { mean } from './numbers.ts';
import type { Row } from './row.ts';

const PLACES = [1, 3, 5, 10] as const;
type TopK = `top_${(typeof PLACES)[number]}`;

type RankMetrics = Readonly<Record<TopK | 'mrr', number>> & {
  /** 95 % of resamples of clusters. */
  readonly ci95: Readonly<Record<TopK, Interval>>;
};

export interface Ranking {
  readonly n: number;
  readonly diseases: number;
  /** Of the cases, those whose disease no condition known here is: misses. */
  readonly disease_unknown: number;
  /** What the intervals resample. */
  readonly clusters: Readonly<Partial<Record<ClusterKind, number>>>;
  /** Mean over cases. */
  readonly micro: RankMetrics;
  /** Mean over the true diseases. */
  readonly macro: RankMetrics;
}

/** Null where there is no case. What has no rank is a miss. */
export function ranking(rows: readonly Row[]): Ranking | null {
  if (rows.length === 0) return null;
  const ofDisease = Map.groupBy(rows, ({ disease }) => disease);
  const clusters = rows.map(clusterOf);
  const bootstrap = new Bootstrap(clusters.map(({ name }) => name));
  const evenly = rows.map(() => 1);
  const byDisease = rows.map(({ disease }) => 1 / (ofDisease.get(disease)?.length ?? 1));
  return {
    n: rows.length,
    diseases: ofDisease.size,
    disease_unknown: rows.filter(({ status }) => status === 'unknown_truth').length,
    clusters: countKinds(clusters),
    micro: rankMetrics(rows, evenly, bootstrap),
    macro: rankMetrics(rows, byDisease, bootstrap),
  };
}

function rankMetrics(rows: readonly Row[], weights: readonly number[], bootstrap: Bootstrap): RankMetrics {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const over = (values: readonly number[]) =>
    mean([...values.keys()], (i) => ((values[i] as number) * (weights[i] as number) * rows.length) / total);
  const within = PLACES.map((k) => rows.map(({ rank }) => Number(rank !== undefined && rank <= k)));
  const named = <T>(value: (hits: readonly number[]) => T) =>
    Object.fromEntries(PLACES.map((k, i) => [`top_${k}`, value(within[i] ?? [])])) as Record<TopK, T>;
  return {
    ...named(over),
    mrr: over(rows.map(({ rank }) => (rank === undefined ? 0 : 1 / rank))),
    ci95: named((hits) => bootstrap.interval(hits, weights)),
  };
}

function countKinds(clusters: readonly { kind: ClusterKind; name: string }[]): Ranking['clusters'] {
  const kinds = Map.groupBy(clusters, ({ kind }) => kind);
  return Object.fromEntries(
    [...kinds].map(([kind, some]) => [kind, new Set(some.map(({ name }) => name)).size]),
  );
}
