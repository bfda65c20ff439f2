import { round } from './numbers.ts';

/** 95 % quantile of the standard normal distribution, two-sided. */
const Z = 1.959964;

/** Score interval of a share, 95 % (Wilson, JASA 1927). @returns lower and upper limit, 0-1. */
export function wilson(hits: number, n: number): readonly [number, number] {
  const share = hits / n;
  const spread = Z ** 2 / n;
  const centre = share + spread / 2;
  const half = Z * Math.sqrt((share * (1 - share)) / n + spread / (4 * n));
  return [round((centre - half) / (1 + spread)), round((centre + half) / (1 + spread))];
}
