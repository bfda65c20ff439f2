/** 95 % bootstrap intervals over clusters: the cases of one cohort are no independent witnesses. */

import { quantile, round } from './numbers.ts';
import type { Row } from './row.ts';

const RESAMPLES = 1_000;
const SEED = 20261121;

export type Interval = readonly [low: number, high: number];

/** What is resampled as one: the cohort; the papers where none is told; else the case alone. */
export type ClusterKind = 'cohort' | 'papers' | 'case';

export function clusterOf({ cohort, papers, file, line }: Row): { kind: ClusterKind; name: string } {
  if (cohort !== undefined) return { kind: 'cohort', name: cohort };
  if (papers !== undefined && papers.length > 0)
    return { kind: 'papers', name: papers.toSorted((a, b) => a - b).join(' ') };
  return { kind: 'case', name: `${file}:${line}` };
}

/** Draws of clusters with replacement, the same ones on every run: how often each cluster is in each draw. */
export class Bootstrap {
  readonly #clusterOf: Uint32Array;
  readonly #draws: readonly Uint32Array[];

  /** @param names the cluster of each item. */
  constructor(names: readonly string[]) {
    const index = new Map<string, number>();
    for (const name of names) if (!index.has(name)) index.set(name, index.size);
    this.#clusterOf = Uint32Array.from(names, (name) => index.get(name) as number);
    const random = generator(SEED);
    this.#draws = Array.from({ length: RESAMPLES }, () => {
      const counts = new Uint32Array(index.size);
      for (let i = 0; i < index.size; i++) {
        const at = Math.floor(random() * index.size);
        counts[at] = (counts[at] as number) + 1;
      }
      return counts;
    });
  }

  /** Interval of the weighted mean of `values`, one an item. */
  interval(values: readonly number[], weights: readonly number[]): Interval {
    const size = this.#draws[0]?.length ?? 0;
    const [sums, masses] = [new Float64Array(size), new Float64Array(size)];
    for (const [i, value] of values.entries()) {
      const [cluster, weight] = [this.#clusterOf[i] as number, weights[i] as number];
      sums[cluster] = (sums[cluster] as number) + weight * value;
      masses[cluster] = (masses[cluster] as number) + weight;
    }
    const means = Float64Array.from(this.#draws, (counts) => dot(counts, sums) / dot(counts, masses)).sort();
    return [quantile(means, 0.025), quantile(means, 0.975)].map(round) as unknown as Interval;
  }
}

function dot(a: Uint32Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Mulberry32 (public domain): uniform in [0, 1), the same sequence for the same seed. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
