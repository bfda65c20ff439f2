/** What was measured: repeated times as medians and quantiles, and their table. */

import { quantile } from '../../scripts/evaluation/numbers.ts';

const REPEATS = 5;
/** Runs a repeat. */
export const RUNS = 200;

export interface Figure {
  readonly what: string;
  readonly unit: 'ms' | 'MB' | 'times' | '1/s';
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Least and greatest of the repeats' medians. */
  readonly spread: readonly [number, number];
  /** What the median may be. */
  readonly budget?: number;
}

export function figure(what: string, unit: Figure['unit'], repeats: readonly (readonly number[])[]): Figure {
  const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);
  const all = sorted(repeats.flat());
  const medians = sorted(repeats.map((values) => quantile(sorted(values), 0.5)));
  const round = (value: number) => Math.round(value * 1000) / 1000;
  return {
    what,
    unit,
    p50: round(quantile(all, 0.5)),
    p95: round(quantile(all, 0.95)),
    p99: round(quantile(all, 0.99)),
    spread: [round(medians[0] ?? Number.NaN), round(medians.at(-1) ?? Number.NaN)],
  };
}

/** Times `run` after as many runs to warm up. */
export function time(what: string, run: () => unknown, runs = RUNS): Promise<Figure> {
  const timed = async () => {
    const start = performance.now();
    await run();
    return performance.now() - start;
  };
  return repeat(what, timed, runs);
}

/** What `measured` gives in milliseconds, after as many runs to warm up. */
export async function repeat(what: string, measured: () => Promise<number>, runs: number): Promise<Figure> {
  for (let i = 0; i < runs; i++) await measured();
  const repeats: number[][] = [];
  for (let i = 0; i < REPEATS; i++) {
    const times: number[] = [];
    for (let run = 0; run < runs; run++) times.push(await measured());
    repeats.push(times);
  }
  return figure(what, 'ms', repeats);
}

/** A table, with what is over its budget marked. */
export function printTable(figures: readonly Figure[]): void {
  const width = Math.max(...figures.map(({ what }) => what.length));
  const cell = (value: number) => value.toFixed(value < 10 ? 3 : 0).padStart(9);
  console.log(
    `${''.padEnd(width)}   ${'p50'.padStart(9)}${'p95'.padStart(9)}${'p99'.padStart(9)}   budget   spread of medians`,
  );
  for (const { what, unit, p50, p95, p99, spread, budget } of figures) {
    const limit = budget === undefined ? '' : `${p50 <= budget ? '<=' : 'OVER'} ${budget}`;
    const range = spread.map(cell).join(' –');
    console.log(
      `${what.padEnd(width)}   ${cell(p50)}${cell(p95)}${cell(p99)}   ${limit.padStart(8)} ${range} ${unit}`,
    );
  }
}
