/** Where two JSON values differ; numbers only beyond a tolerance. */

export interface Difference {
  /** Dotted keys and indices. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** As far as the handlers' numbers may differ from one machine to the next. */
export const TOLERANCE = 1e-5;

/** Leaves that differ, in the order of the first value's keys; a list of words is one leaf. */
export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  if (isBranch(before) && isBranch(after) && Array.isArray(before) === Array.isArray(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(before[key], after[key], path === '' ? key : `${path}.${key}`));
  }
  return isSame(before, after) ? [] : [{ path, before, after }];
}

type Branch = Readonly<Record<string, unknown>>;

const isBranch = (value: unknown): value is Branch =>
  typeof value === 'object' && value !== null && !isWords(value);

const isWords = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

function isSame(before: unknown, after: unknown): boolean {
  // A little more than the tolerance: what is rounded to its digits may lie on either side.
  if (typeof before === 'number' && typeof after === 'number')
    return Math.abs(before - after) <= 1.1 * TOLERANCE;
  return JSON.stringify(before) === JSON.stringify(after);
}
