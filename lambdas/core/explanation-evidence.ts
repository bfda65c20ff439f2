/** What a condition leaves unexplained, and what of it nobody has asked for yet. */

import { knownFindings } from './broad-findings.ts';
import { type Broad, candidateOf } from './broad-tables.ts';
import type { Bundle } from './bundle.ts';
import { isBackground } from './features.ts';
import { type Likelihood, ratioOf } from './likelihood.ts';
import type { ModelKnowledge } from './parts.ts';
import type { Finding, Patient } from './types.ts';
import { type Typical, type TypicalFinding, typicalOf } from './typical.ts';

/** From here on HPO calls a finding more than very rare (HP:0040283, occasional: 5-29 %). */
const OCCASIONAL = 0.05;
/** Of a finding's information that a text's words for it must carry. */
const MOSTLY = 0.5;
/** Not asked for: five of a condition are enough to read. */
const ASKED = 5;
const COMPLAINTS: ReadonlySet<string> = new Set(['symptom', 'sign']);

/** Complaints of today that no source of the condition explains. */
export function unexplainedBy(knowledge: ModelKnowledge, patient: Patient, row: number): Finding[] {
  const { bundle, likelihood, broad } = knowledge;
  const { orphanCount, trainedCount } = bundle;
  const candidate = candidateOf(broad, row);
  return patient.findings.filter((finding) => {
    if (!finding.present || isBackground(bundle.vocabulary.terms, finding)) return false;
    if (row < orphanCount && inProfile(likelihood, finding, row)) return false;
    if (row >= orphanCount && row < orphanCount + trainedCount && inTable(bundle, finding, row - orphanCount))
      return false;
    return candidate < 0 || !inText(broad, finding, candidate);
  });
}

/** Likelier than in diseases on average. */
const inProfile = (likelihood: Likelihood, { term }: Finding, row: number): boolean =>
  ratioOf(likelihood, term, row) > 1;

/** Some item that the finding itself, and no broader one, stands for is more than very rare in the class. */
function inTable({ vocabulary: { terms }, common }: Bundle, { term }: Finding, row: number): boolean {
  const { on = [], up = [] } = terms[term] ?? {};
  const broader = new Set(up.flatMap((above) => terms[above]?.on ?? []));
  const own = on.filter((item) => !broader.has(item));
  const shareOf = (item: number): number =>
    item < 0 ? 1 - (common.tables.present[row]?.[~item] ?? 1) : (common.tables.present[row]?.[item] ?? 0);
  return (own.length > 0 ? own : on).some((item) => shareOf(item) >= OCCASIONAL);
}

/** The texts, or where there are none the abstracts, name it or a word nearly as telling. */
function inText(broad: Broad, finding: Finding, candidate: number): boolean {
  const { spec, information } = broad;
  const table = spec.unprofiled[candidate] === 1 ? spec.literature : spec.clinical;
  const [known] = knownFindings(broad, [finding]);
  if (known === undefined) return false;
  let told = 0;
  let all = 0;
  for (const { term } of known.above) {
    const own = information[term] as number;
    all += own;
    if (table.rows.subarray(table.offsets[term], table.offsets[term + 1]).includes(candidate)) told += own;
  }
  return told >= MOSTLY * all;
}

/** The condition's most telling typical findings that are open; of two of which one implies the other, the more telling. */
export function notAsked(typical: Typical, isOpen: (term: number) => boolean, row: number): TypicalFinding[] {
  const { terms } = typical.bundle.vocabulary;
  const isComplaint = (term: number) => COMPLAINTS.has(terms[term]?.kind ?? '');
  // What a pain is like, where a lesion is: nothing to ask while nobody told of a pain or a lesion.
  const describesNothing = ({ term }: TypicalFinding) =>
    terms[term]?.kind === 'attribute' && terms[term].up?.some((of) => isComplaint(of) && isOpen(of)) === true;
  const chosen: TypicalFinding[] = [];
  for (const finding of typicalOf(typical, row)) {
    if (chosen.length === ASKED) break;
    const isRelated = (other: TypicalFinding) =>
      other.above.includes(finding.term) || finding.above.includes(other.term);
    if (isOpen(finding.term) && !describesNothing(finding) && !chosen.some(isRelated)) chosen.push(finding);
  }
  return chosen;
}
