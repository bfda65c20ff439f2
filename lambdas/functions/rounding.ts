/** Six digits after the point: what is shown, stored and compared. */
export function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
