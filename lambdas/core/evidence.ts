/** What a patient's findings are worth before any model reads them: counts and information content. */

import type { OrphanSpec, Profiles } from './bundle.ts';
import { informativeFindings } from './features.ts';
import type { Finding, Term } from './types.ts';

/** Twin of `whole/evidence.py`. */
export interface Evidence {
  /** Findings told as present, and as absent. */
  readonly present: number;
  readonly denied: number;
  /** Present ones that mean something to the common members. */
  readonly readable: number;
  /** Present ones that the broad layer knows. */
  readonly known: number;
  /** Query terms of the likelihood ratios. */
  readonly scored: number;
  /** Information content of the query terms in nats; 0 without any. */
  readonly icMean: number;
  readonly icMax: number;
  /** The sum of log ratios that one disease would reach which alone had every query term. */
  readonly attainable: number;
  /** Greatest share of the findings that a candidate of the broad layer explains, 0-1. */
  readonly coverage: number;
}

/** Findings that some layer reads: what the bands of evidence count. */
export function findingsRead({ readable, known, scored }: Evidence): number {
  return Math.max(readable, known, scored);
}

/**
 * ln(rows / rows whose profile has the term), by term: the greatest of the term and of all it implies; 0 where none is
 * scored.
 */
export function informationContent(
  { offsets }: Profiles,
  rowCount: number,
  terms: readonly Term[],
): Float64Array {
  const known = new Float64Array(terms.length).fill(Number.NaN);
  const contentOf = (term: number): number => {
    if (Number.isNaN(known[term])) {
      const having = (offsets[term + 1] ?? 0) - (offsets[term] ?? 0);
      const own = having > 0 ? Math.log(rowCount / having) : 0;
      known[term] = Math.max(own, ...(terms[term]?.up ?? []).map(contentOf));
    }
    return known[term] as number;
  };
  for (let term = 0; term < terms.length; term++) contentOf(term);
  return known;
}

/**
 * @param query terms that the likelihood ratios score.
 * @param broad what the broad layer knows: how many present findings, and by candidate the share of them it explains.
 */
export function readEvidence(
  content: Float64Array,
  { weight, floor }: Pick<OrphanSpec, 'weight' | 'floor'>,
  terms: readonly Term[],
  findings: readonly Finding[],
  query: readonly number[],
  broad: { readonly known: number; readonly coverage: ArrayLike<number> },
): Evidence {
  const contents = query.map((term) => content[term] ?? 0);
  const present = findings.filter((finding) => finding.present).length;
  return {
    present,
    denied: findings.length - present,
    readable: informativeFindings(terms, findings),
    known: broad.known,
    scored: query.length,
    icMean: contents.reduce((sum, c) => sum + c, 0) / Math.max(1, contents.length),
    icMax: Math.max(0, ...contents),
    attainable: contents.reduce((sum, c) => sum + Math.log(weight * Math.exp(c) + floor), 0),
    coverage: Array.from(broad.coverage).reduce((a, b) => Math.max(a, b), 0),
  };
}
