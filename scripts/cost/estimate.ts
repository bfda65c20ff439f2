/** Quantities times list prices. */

import type { StageConfig } from '../../lib/config.ts';
import type { Deployed } from './deployed.ts';
import type { Line } from './line.ts';
import { LINES } from './lines.ts';
import { findPrice, type Price, type PriceTable } from './prices.ts';
import type { Basis, Scenario } from './usage.ts';

/** A line of a month's bill. */
export interface Item {
  readonly line: Line;
  readonly quantity: number;
  /** Missing where no source was found. */
  readonly price: Price | undefined;
  /** US dollars; undefined where something is used whose price was not found. */
  readonly cost: number | undefined;
  /** Whether the price is another region's. */
  readonly borrowed: boolean;
}

/** What a stage is, and what was read about it. */
export interface Stage {
  readonly config: Basis['config'] & Pick<StageConfig, 'region'>;
  readonly deployed: Deployed;
  readonly prices: PriceTable;
}

/** The month's bill, line by line. */
export function estimate(scenario: Scenario, { config, deployed, prices }: Stage): Item[] {
  const basis: Basis = { scenario, config, deployed };
  return LINES.map((line) => {
    const region = line.replica ? (config.replicaRegion ?? config.region) : config.region;
    const item = line.item(basis);
    const price = item === null ? undefined : findPrice(prices, line.service, item, region);
    const quantity = line.quantity(basis);
    const billed = Math.max(quantity - (line.free ?? 0), 0);
    return {
      line,
      quantity,
      price,
      cost: costOf(billed, price),
      borrowed: billed > 0 && price !== undefined && price.region !== region,
    };
  });
}

/** Nothing costs nothing, whatever its price. */
function costOf(billed: number, price: Price | undefined): number | undefined {
  if (billed === 0) return 0;
  return price && billed * price.each;
}

/** A sum of which parts may be missing. */
export interface Sum {
  readonly known: number;
  readonly missing: boolean;
  readonly borrowed: boolean;
}

export function sumOf(items: readonly Item[]): Sum {
  return {
    known: items.reduce((total, { cost = 0 }) => total + cost, 0),
    missing: items.some(({ cost }) => cost === undefined),
    borrowed: items.some(({ borrowed }) => borrowed),
  };
}
