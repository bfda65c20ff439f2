/** A line of a month's bill: what is counted, and why that much. */

import type { Text } from '../lang.ts';
import type { Basis } from './usage.ts';

export interface Line {
  readonly service: string;
  readonly what: Text;
  /** The price table's item of the service; null where the table has none. */
  readonly item: (basis: Basis) => string | null;
  /** In the second region: at its prices. */
  readonly replica?: true;
  readonly quantity: (basis: Basis) => number;
  /** Of which the price list's item itself says that they are free. */
  readonly free?: number;
  readonly unit: string;
  readonly why: Text;
}

/** A line as it is written: its service once for all, an item that depends on nothing as it is, no unit for a count. */
type Row = Omit<Line, 'service' | 'item' | 'unit'> & {
  readonly item: string | null | Line['item'];
  readonly unit?: string;
};

export const linesOf = (service: string, rows: readonly Row[]): Line[] =>
  rows.map(({ item, unit = '', ...row }) => ({
    ...row,
    service,
    item: typeof item === 'function' ? item : () => item,
    unit,
  }));
