/** Six digits after the point: what is shown, stored and compared. */
export function round(value: number): number {
  // Never -0, which JSON would write as 0.
  return Math.round(value * 1e6) / 1e6 + 0;
}

/**
 * The values rounded so that they add up to `total`, rounded: what is over goes to the greatest of them, where it is
 * least felt. Each is rounded by itself where no total is given.
 */
export function roundTogether(values: readonly number[], total?: number): number[] {
  const rounded = values.map(round);
  if (total === undefined || rounded.length === 0) return rounded;
  const over = total - rounded.reduce((sum, value) => sum + value, 0);
  const size = rounded.map(Math.abs);
  const greatest = size.indexOf(Math.max(...size));
  return rounded.with(greatest, round((rounded[greatest] as number) + over));
}
