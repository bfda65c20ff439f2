/** The price table, `data/aws/prices.json`: what was found, where, and what was not. */

import { readFileSync } from 'node:fs';
import { z } from 'zod';

const PRICES = 'data/aws/prices.json';

/** Whose list price stands in, marked, where a region's own was not found. */
export const REFERENCE_REGION = 'us-east-1';

const tableSchema = z.object({
  as_of: z.iso.date(),
  sources: z.record(z.string(), z.object({ what: z.string(), date: z.string() })),
  // A region's column holds a number, a number with its weak source in brackets, or words.
  rows: z.array(
    z
      .object({ service: z.string(), item: z.string(), unit: z.string(), page: z.url() })
      .catchall(z.union([z.number(), z.string(), z.null()])),
  ),
});
export type PriceTable = z.infer<typeof tableSchema>;

/** A list price. */
export interface Price {
  /** US dollars for one. */
  readonly each: number;
  /** As the list states it, such as "0.2 per million". */
  readonly listed: string;
  readonly region: string;
}

export function readPrices(file: string = PRICES): PriceTable {
  return tableSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/**
 * The price of an item in a region, else in {@link REFERENCE_REGION}.
 *
 * @returns undefined where neither was found: never zero.
 * @throws Error where the table has no such item.
 */
export function findPrice(
  { rows }: PriceTable,
  service: string,
  item: string,
  region: string,
): Price | undefined {
  const row = rows.find((candidate) => candidate.service === service && candidate.item === item);
  if (row === undefined) throw new Error(`${PRICES} has no ${service}: ${item}`);
  const found = [region, REFERENCE_REGION]
    .map((where) => ({ where, listed: numberIn(row[where]) }))
    .find(({ listed }) => listed !== undefined);
  if (found?.listed === undefined) return undefined;
  return {
    each: found.listed / unitsOf(row.unit),
    listed: `${found.listed} ${row.unit.startsWith('per ') ? '' : 'per '}${row.unit}`,
    region: found.where,
  };
}

/** The number of a cell; undefined for "not found" and other words. */
function numberIn(cell: string | number | null | undefined): number | undefined {
  if (typeof cell === 'number') return cell;
  const weak = /^(\d+(?:\.\d+)?) \([A-Z]\)$/.exec(cell ?? '')?.[1];
  return weak === undefined ? undefined : Number(weak);
}

/** How many a price is for: "per million" is for a million, "GB-month" for one. */
function unitsOf(unit: string): number {
  const amount = /^per (million|[\d,]+)$/.exec(unit)?.[1];
  if (amount === undefined) return 1;
  return amount === 'million' ? 1_000_000 : Number(amount.replaceAll(',', ''));
}
