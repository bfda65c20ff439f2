/** Published patients of an orphan disease who resemble the patient. */

import { impliedBy, type Likelihood } from './likelihood.ts';
import type { Finding, Gender } from './types.ts';

/** A patient of a published report. */
export interface PublishedPatient {
  readonly pmids: readonly number[];
  readonly sex: Gender;
  /** Years; missing where the report does not tell. */
  readonly age?: number;
  /** Findings that the report tells of. */
  readonly terms: readonly number[];
}

export interface SimilarPatient {
  readonly patient: PublishedPatient;
  /** simGIC, 0-1. */
  readonly similarity: number;
  /** Findings of the patient that the report tells of as well, itself or by a narrower word. */
  readonly shared: readonly Finding[];
}

const SHOWN = 3;

/**
 * The most similar of a disease's published patients, by simGIC (Pesquita et al., BMC Bioinformatics 2008): information
 * content of what both imply over that of what either implies.
 *
 * @param content by term.
 */
export function similarPatients(
  likelihood: Likelihood,
  content: Float64Array,
  findings: readonly Finding[],
  published: readonly PublishedPatient[],
): SimilarPatient[] {
  const present = findings.filter((finding) => finding.present);
  const own = closure(
    likelihood,
    present.map(({ term }) => term),
  );
  const total = sumOf(content, own);
  return published
    .map((patient) => {
      const theirs = closure(likelihood, patient.terms);
      const both = sumOf(content, new Set([...own].filter((term) => theirs.has(term))));
      const either = total + sumOf(content, theirs) - both;
      const shared = present.filter(({ term }) => theirs.has(term));
      return { patient, similarity: either > 0 ? both / either : 0, shared };
    })
    .filter(({ similarity }) => similarity > 0)
    .sort((a, b) => b.similarity - a.similarity || (a.patient.pmids[0] ?? 0) - (b.patient.pmids[0] ?? 0))
    .slice(0, SHOWN);
}

function closure(likelihood: Likelihood, terms: readonly number[]): Set<number> {
  const all = new Set<number>();
  for (const term of terms) for (const above of impliedBy(likelihood, term)) all.add(above);
  return all;
}

function sumOf(content: Float64Array, terms: ReadonlySet<number>): number {
  let sum = 0;
  for (const term of terms) sum += content[term] as number;
  return sum;
}
