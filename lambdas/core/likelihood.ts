import type { OrphanSpec } from './bundle.ts';
import type { Finding, Term } from './types.ts';

/** More steps than HPO has levels; a ratio decayed that often is nothing. */
const MAX_STEPS = 40;
const CODES = 256;

/** A term and, of all it implies, the scored ones with their distance. */
interface Query {
  readonly term: number;
  readonly broader: readonly { readonly term: number; readonly steps: number }[];
}

/** The likelihood-ratio part made ready for queries. */
export interface Likelihood {
  readonly orphan: OrphanSpec;
  readonly terms: readonly Term[];
  readonly rowCount: number;
  /** A finding's summand by distance and ratio code: `summands[steps * 256 + code]`. */
  readonly summands: Float64Array;
  /** Summand of a finding that a condition's profile says nothing about. */
  readonly unrelated: number;
}

/** Tabulates ln(weight * ratio * decay^steps + floor), so that a query takes no logarithm. */
export function prepareLikelihood(orphan: OrphanSpec, terms: readonly Term[], rowCount: number): Likelihood {
  const summands = new Float64Array(MAX_STEPS * CODES);
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    for (let code = 0; code < CODES; code++) {
      const ratio = Math.exp(orphan.ratioMin + code * orphan.ratioStep) * orphan.decay ** steps;
      summands[steps * CODES + code] = Math.log(orphan.weight * ratio + orphan.floor);
    }
  }
  return { orphan, terms, rowCount, summands, unrelated: Math.log(orphan.floor) };
}

/** Scores of all rows for one patient. */
export interface Scores {
  /** Sum of the findings' summands, a row. */
  readonly byRow: Float64Array;
  /** How many findings were scored; with none all scores are 0. */
  readonly queryTerms: number;
}

/**
 * Sum of log likelihood ratios of the present findings, for every condition: a finding counts by the best ratio
 * among the terms it implies, discounted by distance; a finding that a more specific one implies is left out.
 * After LIRICAL (Robinson et al., AJHG 2020), with a floor so that an unrelated finding costs little.
 */
export function score(likelihood: Likelihood, findings: readonly Finding[]): Scores {
  const { offsets, rows, codes } = likelihood.orphan.profiles;
  const byRow = new Float64Array(likelihood.rowCount);
  const best = new Float64Array(likelihood.rowCount);
  const queries = queriesOf(likelihood, findings);
  for (const query of queries) {
    best.fill(likelihood.unrelated);
    for (const { term, steps } of query.broader) {
      const table = likelihood.summands.subarray(steps * CODES, (steps + 1) * CODES);
      const end = offsets[term + 1] ?? 0;
      for (let at = offsets[term] ?? 0; at < end; at++) {
        const row = rows[at] as number;
        const summand = table[codes[at] as number] as number;
        if (summand > (best[row] as number)) best[row] = summand;
      }
    }
    for (let row = 0; row < byRow.length; row++) byRow[row] = (byRow[row] as number) + (best[row] as number);
  }
  return { byRow, queryTerms: queries.length };
}

/** Each scored finding's summand in one row's score, by term; they add up to the score. */
export function summandsOf(
  likelihood: Likelihood,
  findings: readonly Finding[],
  row: number,
): ReadonlyMap<number, number> {
  return new Map(
    queriesOf(likelihood, findings).map(({ term, broader }) => [
      term,
      Math.max(
        likelihood.unrelated,
        ...broader.map((ancestor) => summandAt(likelihood, ancestor.term, ancestor.steps, row)),
      ),
    ]),
  );
}

function summandAt(likelihood: Likelihood, term: number, steps: number, row: number): number {
  const { offsets, rows, codes } = likelihood.orphan.profiles;
  const start = offsets[term] ?? 0;
  const at = rows.subarray(start, offsets[term + 1]).indexOf(row);
  if (at < 0) return likelihood.unrelated;
  return likelihood.summands[steps * CODES + (codes[start + at] ?? 0)] ?? likelihood.unrelated;
}

function queriesOf(likelihood: Likelihood, findings: readonly Finding[]): Query[] {
  const present = findings.filter((finding) => finding.present).map((finding) => finding.term);
  const above = present.map((term) => stepsUp(likelihood.terms, term));
  const implied = new Set(above.flatMap((steps) => [...steps.keys()].slice(1)));
  const { offsets } = likelihood.orphan.profiles;
  return above.flatMap((stepsTo, i) => {
    const term = present[i];
    if (term === undefined || implied.has(term)) return [];
    const broader = [...stepsTo]
      .filter(
        ([ancestor, steps]) => steps < MAX_STEPS && (offsets[ancestor + 1] ?? 0) > (offsets[ancestor] ?? 0),
      )
      .map(([ancestor, steps]) => ({ term: ancestor, steps }));
    return broader.length > 0 ? [{ term, broader }] : [];
  });
}

/** Fewest edges from a term (itself first, 0) to each term that it implies. */
export function stepsUp(terms: readonly Term[], term: number): ReadonlyMap<number, number> {
  const steps = new Map([[term, 0]]);
  // A map is walked in the order it grows: breadth first.
  for (const [at, distance] of steps)
    for (const up of terms[at]?.up ?? []) if (!steps.has(up)) steps.set(up, distance + 1);
  return steps;
}
