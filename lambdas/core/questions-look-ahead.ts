/** The look-ahead: what may be asked, and how probable each answer is under each hypothesis. */

import type { Bundle } from './bundle.ts';
import { type Differential, top } from './differential.ts';
import type { Features } from './features.ts';
import type { QuestionIndex } from './questions-index.ts';
import { eachFinding, type Hypotheses, probabilities } from './questions-likelihoods.ts';
import { openFindings } from './questions-open.ts';
import type { Patient } from './types.ts';

/** Questions with their answers' probabilities. */
export interface LookAhead extends Hypotheses {
  /** Terms. */
  readonly candidates: readonly number[];
  /** P(present | hypothesis), candidate by candidate. */
  readonly present: Float64Array;
}

const LIKELIEST = 40;
/** Conditions whose typical findings make questions. */
const ASKED_ABOUT = 12;
const TYPICAL = 0.2;
const MOST_CANDIDATES = 250;

type Knowledge = { readonly bundle: Bundle; readonly questions: QuestionIndex };

/** @param urgent rows of the conditions that must not be missed: the likeliest of them are always looked at. */
export function lookAhead(
  { bundle, questions }: Knowledge,
  patient: Patient,
  { features, differential }: { readonly features: Features; readonly differential: Differential },
  urgent: readonly number[],
): LookAhead {
  const hypotheses = hypothesesOf(bundle, differential, urgent);
  const candidates = candidatesOf(bundle, questions, patient, features, hypotheses);
  const present = probabilities(bundle, questions, features, differential, hypotheses, candidates);
  return { ...hypotheses, candidates, present };
}

function hypothesesOf(bundle: Bundle, differential: Differential, urgent: readonly number[]): Hypotheses {
  const likeliest = top(bundle, differential, LIKELIEST);
  const feared = top(bundle, differential, ASKED_ABOUT, urgent);
  const rows = [...new Set([...likeliest, ...feared].map(({ row }) => row))];
  const prior = Float64Array.from([...rows.map((row) => differential.probabilities[row] as number), 0, 0]);
  prior[rows.length] = differential.none;
  prior[rows.length + 1] = Math.max(0, 1 - prior.reduce((sum, p) => sum + p, 0));
  return { rows, prior };
}

/** Open findings that are typical of a likely condition. */
function candidatesOf(
  bundle: Bundle,
  questions: QuestionIndex,
  patient: Patient,
  features: Features,
  { rows, prior }: Hypotheses,
): number[] {
  const weights = new Map<number, number>();
  const add = (term: number, weight: number) => weights.set(term, (weights.get(term) ?? 0) + weight);
  for (let h = 0; h < rows.length && h < ASKED_ABOUT; h++) {
    const row = rows[h] as number;
    const p = prior[h] as number;
    eachFinding(bundle, questions, features, row, (term, present) => {
      if (present >= TYPICAL) add(term, p * present);
    });
  }
  const isOpen = openFindings(questions, patient, features);
  return [...weights]
    .filter(([term]) => isOpen(term))
    .sort(([a, x], [b, y]) => y - x || a - b)
    .slice(0, MOST_CANDIDATES)
    .map(([term]) => term);
}
