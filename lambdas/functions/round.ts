/** Six digits after the point: what is shown, stored and compared. */
export function round(value: number): number {
  // Never -0, which JSON would write as 0.
  return Math.round(value * 1e6) / 1e6 + 0;
}
