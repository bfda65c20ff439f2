import type { Broad } from './broad-tables.ts';
import { isBackground } from './features.ts';
import { stepsUp } from './likelihood.ts';
import type { Finding } from './types.ts';

/** A finding that the layer knows, itself or by a broader term. */
export interface Known {
  readonly finding: Finding;
  /** Of the history or the context: not a finding of today. */
  readonly past: boolean;
  readonly above: readonly { readonly term: number; readonly steps: number }[];
  /** Weight in the shares. */
  readonly information: number;
}

/** Findings that count: present, known to the layer, and implied by no other. */
export function knownFindings({ spec, terms, information }: Broad, findings: readonly Finding[]): Known[] {
  const { clinical, literature } = spec;
  const isScored = (term: number) =>
    (clinical.offsets[term + 1] as number) > (clinical.offsets[term] as number) ||
    (literature.offsets[term + 1] as number) > (literature.offsets[term] as number);
  const candidates = findings
    .filter((finding) => finding.present)
    .map((finding) => {
      const above = [...stepsUp(terms, finding.term)]
        .filter(([term]) => isScored(term))
        .map(([term, steps]) => ({ term, steps }));
      return { finding, above };
    })
    .filter(({ above }) => above.length > 0);
  const implied = new Set(
    candidates.flatMap(({ above }) => above.filter(({ steps }) => steps > 0).map(({ term }) => term)),
  );
  return candidates
    .filter(({ finding }) => !implied.has(finding.term))
    .map(({ finding, above }) => ({
      finding,
      above,
      past: isBackground(terms, finding),
      information: above.reduce((most, { term }) => Math.max(most, information[term] as number), 0),
    }));
}

/** Present findings, of the history too, that the layer knows nothing of. */
export function strangeFindings(findings: readonly Finding[], known: readonly Known[]): number {
  const knownTerms = new Set(known.map(({ finding }) => finding.term));
  const impliedOrKnown = new Set(known.flatMap(({ above }) => above.map(({ term }) => term)));
  return findings.filter(
    (finding) => finding.present && !knownTerms.has(finding.term) && !impliedOrKnown.has(finding.term),
  ).length;
}

/**
 * The finding of today that troubles most: of all that were told the one of greatest intensity, where there is one and
 * the layer counts it.
 */
export function chiefOf(
  { terms }: Broad,
  findings: readonly Finding[],
  known: readonly Known[],
): Known | undefined {
  const rated = findings.filter(
    (finding) => finding.present && finding.intensity !== undefined && !isBackground(terms, finding),
  );
  const most = rated.reduce((a, { intensity = 0 }) => Math.max(a, intensity), 0);
  const chiefs = rated.filter(({ intensity }) => intensity === most);
  return chiefs.length === 1 ? known.find(({ finding }) => finding === chiefs[0]) : undefined;
}

/** Their weights together. */
export const sumOf = (known: readonly Known[]): number =>
  known.reduce((sum, { information }) => sum + information, 0);
