import type { OrphanSpec } from './bundle.ts';
import { type Recent, recent } from './recent.ts';
import type { Finding, Term } from './types.ts';

const CODES = 256;
/** Findings whose part in every row's score is kept, 90 kB each: a changed patient shares all but one. */
const KEPT = 32;

/** The likelihood-ratio part made ready for queries. */
export interface Likelihood {
  readonly orphan: OrphanSpec;
  readonly terms: readonly Term[];
  readonly rowCount: number;
  /** 1 for each row that published patients made. */
  readonly discounted: Uint8Array;
  /** Ratio by its code. */
  readonly ratios: Float64Array;
  /** By term, the scored ones among it and all that it implies, ascending; filled as they are asked for. */
  readonly implied: Map<number, readonly number[]>;
  /** By term, its log ratio of every row. */
  readonly logs: Recent<Float64Array>;
}

/** Tabulates the ratios, so that a query takes one logarithm a finding and row. */
export function prepareLikelihood(
  orphan: OrphanSpec,
  terms: readonly Term[],
  rowCount: number,
  discounted: Uint8Array,
): Likelihood {
  const ratios = Float64Array.from({ length: CODES }, (_, code) =>
    Math.exp(orphan.ratioMin + code * orphan.ratioStep),
  );
  return { orphan, terms, rowCount, discounted, ratios, implied: new Map(), logs: recent(KEPT) };
}

/** Scores of all rows for one patient. */
export interface Scores {
  /** Sum of the findings' log ratios, a row. */
  readonly byRow: Float64Array;
  /** How many findings were scored; with none all scores are 0. */
  readonly queryTerms: number;
}

/**
 * Sum of log likelihood ratios of the query's findings, for every row: a finding's ratio is the sum of those of the
 * terms that it implies, its own among them. After LIRICAL (Robinson et al., AJHG 2020), with a floor so that an
 * unrelated finding costs little; a row that published patients made pays a discount a finding, for such profiles fit
 * reports better than a textbook's list does.
 *
 * @param query of {@link queryTerms}
 */
export function score(likelihood: Likelihood, query: readonly number[]): Scores {
  const { discounted, rowCount } = likelihood;
  const byRow = new Float64Array(rowCount);
  for (const term of query) {
    const logs = likelihood.logs.of(term, () => logsOf(likelihood, term));
    for (let row = 0; row < rowCount; row++) byRow[row] = (byRow[row] as number) + (logs[row] as number);
  }
  const discount = likelihood.orphan.patientDiscount * query.length;
  for (let row = 0; row < rowCount; row++)
    byRow[row] = (byRow[row] as number) - discount * (discounted[row] as number);
  return { byRow, queryTerms: query.length };
}

function logsOf(likelihood: Likelihood, term: number): Float64Array {
  const { ratios, rowCount } = likelihood;
  const { weight, floor, profiles } = likelihood.orphan;
  const { offsets, rows, codes } = profiles;
  const ratio = new Float64Array(rowCount);
  for (const implied of impliedBy(likelihood, term)) {
    const end = offsets[implied + 1] ?? 0;
    for (let at = offsets[implied] ?? 0; at < end; at++) {
      const row = rows[at] as number;
      ratio[row] = (ratio[row] as number) + (ratios[codes[at] as number] as number);
    }
  }
  const unrelated = Math.log(floor);
  for (let row = 0; row < rowCount; row++) {
    const own = ratio[row] as number;
    ratio[row] = own === 0 ? unrelated : Math.log(weight * own + floor);
  }
  return ratio;
}

/** Each scored finding's part of one row's score, by term; they add up to the score. */
export function summandsOf(
  likelihood: Likelihood,
  query: readonly number[],
  row: number,
): ReadonlyMap<number, number> {
  const { weight, floor, patientDiscount } = likelihood.orphan;
  const discount = patientDiscount * (likelihood.discounted[row] ?? 0);
  return new Map(
    query.map((term) => [term, Math.log(weight * ratioOf(likelihood, term, row) + floor) - discount]),
  );
}

/** How much likelier a finding is in one row's condition than on average: over the terms that it implies. */
export function ratioOf(likelihood: Likelihood, term: number, row: number): number {
  return impliedBy(likelihood, term).reduce((sum, above) => sum + ratioAt(likelihood, above, row), 0);
}

function ratioAt({ orphan, ratios }: Likelihood, term: number, row: number): number {
  const { offsets, rows, codes } = orphan.profiles;
  let from = offsets[term] ?? 0;
  let to = offsets[term + 1] ?? 0;
  // Rows ascend: broad terms have thousands of them.
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((rows[middle] as number) < row) from = middle + 1;
    else to = middle;
  }
  return from < (offsets[term + 1] ?? 0) && rows[from] === row ? (ratios[codes[from] as number] ?? 0) : 0;
}

/** Present findings that count, in the patient's order: they are scored, and no more specific finding implies them. */
export function queryTerms(likelihood: Likelihood, findings: readonly Finding[]): number[] {
  const present = findings.filter((finding) => finding.present).map(({ term }) => term);
  const scored = present.filter((term) => impliedBy(likelihood, term).length > 0);
  const implied = new Set(scored.flatMap((term) => closureOf(likelihood.terms, term).slice(1)));
  return scored.filter((term) => !implied.has(term));
}

/** The scored terms among a term and all that it implies, ascending. */
export function impliedBy(likelihood: Likelihood, term: number): readonly number[] {
  const known = likelihood.implied.get(term);
  if (known !== undefined) return known;
  const { offsets } = likelihood.orphan.profiles;
  const implied = closureOf(likelihood.terms, term)
    .filter((above) => (offsets[above + 1] ?? 0) > (offsets[above] ?? 0))
    .sort((a, b) => a - b);
  likelihood.implied.set(term, implied);
  return implied;
}

/** A term, itself first, and all that it implies. */
export function closureOf(terms: readonly Term[], term: number): readonly number[] {
  return [...stepsUp(terms, term).keys()];
}

/** Fewest edges from a term (itself first, 0) to each term that it implies. */
export function stepsUp(terms: readonly Term[], term: number): ReadonlyMap<number, number> {
  const steps = new Map([[term, 0]]);
  // A map is walked in the order it grows: breadth first.
  for (const [at, distance] of steps)
    for (const up of terms[at]?.up ?? []) if (!steps.has(up)) steps.set(up, distance + 1);
  return steps;
}
