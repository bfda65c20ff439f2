/** What each wrong severity costs: signed policy, `data/clinical/severity_costs.json`. */
import { type Localised, SEVERITIES, type Severity } from './types.ts';

/** Probability of each severity; they add up to 1. */
export type SeverityMass = Readonly<Record<Severity, number>>;

/** `costs[truth][shown]`, 0 where they are the same. */
export type SeverityCosts = Readonly<Record<Severity, Readonly<Record<Severity, number>>>>;

/** `data/clinical/severity_costs.json`. */
export interface SeverityCostFile {
  readonly reviewed_by_clinician: boolean;
  /** A role of the project. */
  readonly owner: Localised;
  readonly what: Localised;
  readonly rows: readonly {
    readonly truth: Severity;
    readonly shown: Readonly<Record<Severity, number>>;
    readonly reason: Localised;
  }[];
  readonly signature: {
    /** RFC 3339 day. */
    readonly date: string;
    /** Of {@link canonicalCosts}, hexadecimal. */
    readonly sha256: string;
  };
}

/**
 * The matrix in one writing, whatever the order and the spacing of the file: what is signed.
 *
 * @throws {RangeError} where a severity has no row, or two.
 */
export function canonicalCosts({ rows }: Pick<SeverityCostFile, 'rows'>): string {
  if (rows.length !== SEVERITIES.length) throw new RangeError('the cost matrix has one row a severity');
  return JSON.stringify(
    SEVERITIES.map((truth) => [truth, SEVERITIES.map((shown) => costsOf(rows, truth)[shown])]),
  );
}

/** The file's rows by what is true. */
export function costMatrix({ rows }: Pick<SeverityCostFile, 'rows'>): SeverityCosts {
  return Object.fromEntries(
    SEVERITIES.map((truth) => [truth, costsOf(rows, truth)]),
  ) as unknown as SeverityCosts;
}

function costsOf(rows: SeverityCostFile['rows'], truth: Severity): Readonly<Record<Severity, number>> {
  const row = rows.find((one) => one.truth === truth);
  if (!row) throw new RangeError(`the cost matrix has no row for ${truth}`);
  return row.shown;
}

/** The class among `allowed` whose expected cost is least; of two alike, the one that comes later there. */
export function leastCost(costs: SeverityCosts, mass: SeverityMass, allowed: readonly Severity[]): Severity {
  const expected = (shown: Severity) =>
    SEVERITIES.reduce((sum, truth) => sum + mass[truth] * costs[truth][shown], 0);
  return allowed.reduce((best, shown) => (expected(shown) <= expected(best) ? shown : best));
}
