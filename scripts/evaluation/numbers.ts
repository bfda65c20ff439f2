/** Small sums over cases. Shares and means are rounded to six digits: what is printed is what is compared. */

export const round = (value: number): number => Math.round(value * 1e6) / 1e6;

/** 0 where there is nothing. */
export function mean<T>(items: readonly T[], value: (item: T) => number): number {
  return items.length === 0 ? 0 : round(items.reduce((sum, item) => sum + value(item), 0) / items.length);
}

/** Null where there is nothing. */
export function share<T>(items: readonly T[], holds: (item: T) => boolean): number | null {
  return items.length === 0 ? null : mean(items, (item) => Number(holds(item)));
}

/** Of ascending values, by the nearest rank. */
export function quantile(ascending: ArrayLike<number>, q: number): number {
  return round(ascending[Math.max(0, Math.ceil(q * ascending.length) - 1)] ?? Number.NaN);
}

/** Milliseconds since `start`, a reading of performance.now(). */
export const elapsed = (start: number): number => Math.round((performance.now() - start) * 1000) / 1000;
