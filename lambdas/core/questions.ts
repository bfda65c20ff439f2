/** The questions that would help most: by expected information, and by what must not be missed. */

import type { Bundle } from './bundle.ts';
import type { PartsView } from './parts.ts';
import { type Gains, gainsOf, posterior } from './questions-gain.ts';
import type { QuestionIndex } from './questions-index.ts';
import { type LookAhead, lookAhead } from './questions-look-ahead.ts';
import { COSTS, EXCLUDED, LEAST_UTILITY, RULING_OUT } from './questions-policy.ts';
import type { Patient, Way } from './types.ts';
import type { ConditionUrgencies } from './urgency.ts';

/** What a question may tell apart: an index into the bundle's conditions, "no relevant disease", all others. */
export type Contender = number | 'none' | 'rest';

/** The first condition after an answer, by the look-ahead. */
export interface Outcome {
  /** Of the answer. */
  readonly probability: number;
  /** Index into the bundle's conditions. */
  readonly first: number;
  readonly firstProbability: number;
}

export interface Question {
  readonly term: number;
  readonly way: Way;
  /** In bits: information + ruling out - cost. */
  readonly utility: number;
  /** Expected information gain in bits. */
  readonly eig: number;
  /** Expected drop of the probability of those that must not be missed and are not ruled out, 0-1; {@link Gains}. */
  readonly drop: number;
  readonly cost: number;
  readonly ifPresent: Outcome;
  readonly ifAbsent: Outcome;
  /** Its presence speaks most for the first, its absence for the second. */
  readonly separates: readonly [Contender, Contender];
  /** The likeliest emergency that its absence would bring under the bound of what is ruled out; null where none. */
  readonly rulesOut: number | null;
}

export interface NextQuestions {
  /** Best first; none where nothing is worth asking. */
  readonly questions: readonly Question[];
  /** The least number of answers to the first questions after which another condition may be first; null over three. */
  readonly answersToChange: number | null;
}

/** All questions of a patient, before a choice is made. */
export interface Weighed {
  readonly ahead: LookAhead;
  readonly gains: Gains;
  /** By candidate, in bits. */
  readonly costs: Float64Array;
  readonly utility: Float64Array;
}

export interface QuestionKnowledge {
  readonly bundle: Bundle;
  readonly questions: QuestionIndex;
  readonly gravity: { readonly urgencies: ConditionUrgencies };
}

type Seen = Pick<PartsView, 'features' | 'differential'>;

/** How many of the questions count for {@link NextQuestions.answersToChange}, and how many answers at most. */
const CONSIDERED = 5;
const MOST_ANSWERS = 3;
/** Answers that together are less likely change nothing. */
const CONCEIVABLE = 0.05;

/** The `limit` questions of greatest utility, of alike ones the best. */
export function nextQuestions(
  knowledge: QuestionKnowledge,
  patient: Patient,
  seen: Seen,
  limit: number,
): NextQuestions {
  const weighed = weighQuestions(knowledge, patient, seen);
  const { ahead, utility } = weighed;
  const best = [...ahead.candidates.keys()]
    .filter((i) => (utility[i] as number) >= LEAST_UTILITY)
    .sort((a, b) => (utility[b] as number) - (utility[a] as number) || a - b);
  const chosen = unlike(knowledge.questions, ahead, best, Math.max(limit, CONSIDERED));
  const feared = fearedOf(knowledge, ahead);
  return {
    questions: chosen.slice(0, limit).map((i) => describe(knowledge, weighed, feared, i)),
    answersToChange: answersToChange(ahead, chosen.slice(0, CONSIDERED)),
  };
}

/** Every candidate with what its answer is worth. */
export function weighQuestions(knowledge: QuestionKnowledge, patient: Patient, seen: Seen): Weighed {
  const ahead = lookAhead(knowledge, patient, seen, knowledge.gravity.urgencies.emergencies);
  const gains = gainsOf(ahead, fearedOf(knowledge, ahead));
  const costs = Float64Array.from(ahead.candidates, (term) => COSTS[knowledge.questions.asking(term).way]);
  const utility = gains.eig.map(
    (eig, i) => eig + RULING_OUT * (gains.drop[i] as number) - (costs[i] as number),
  );
  return { ahead, gains, costs, utility };
}

function fearedOf({ gravity }: QuestionKnowledge, { rows, prior }: LookAhead): Uint8Array {
  const feared = new Uint8Array(prior.length);
  rows.forEach((row, h) => {
    feared[h] = Number(gravity.urgencies.byRow[row] === 'emergency');
  });
  return feared;
}

/** The first `count` of which none implies another nor decides the same item. */
function unlike(
  { asking, own }: QuestionIndex,
  { candidates }: LookAhead,
  ordered: readonly number[],
  count: number,
): number[] {
  const chosen: number[] = [];
  const isAlike = (a: number, b: number) =>
    asking(a).closure.has(b) ||
    asking(b).closure.has(a) ||
    own.get(a)?.some((item) => own.get(b)?.includes(item));
  for (const i of ordered) {
    if (chosen.length === count) break;
    if (!chosen.some((other) => isAlike(candidates[i] as number, candidates[other] as number)))
      chosen.push(i);
  }
  return chosen;
}

function describe(
  { questions }: QuestionKnowledge,
  { ahead, gains, costs, utility }: Weighed,
  feared: Uint8Array,
  i: number,
): Question {
  const term = ahead.candidates[i] as number;
  const yes = posterior(ahead, i, true);
  const no = posterior(ahead, i, false);
  const probability = gains.present[i] as number;
  return {
    term,
    way: questions.asking(term).way,
    utility: utility[i] as number,
    eig: gains.eig[i] as number,
    drop: gains.drop[i] as number,
    cost: costs[i] as number,
    ifPresent: { probability, ...firstOf(ahead, yes) },
    ifAbsent: { probability: 1 - probability, ...firstOf(ahead, no) },
    separates: separated(ahead, yes, no),
    rulesOut: ruledOut(ahead, feared, no),
  };
}

function firstOf({ rows }: LookAhead, after: Float64Array): Pick<Outcome, 'first' | 'firstProbability'> {
  let best = 0;
  for (let h = 1; h < rows.length; h++) if ((after[h] as number) > (after[best] as number)) best = h;
  return { first: rows[best] as number, firstProbability: after[best] as number };
}

/** Who gains most where the finding is there, and who where it is not; all others only where nobody else does. */
function separated({ rows }: LookAhead, yes: Float64Array, no: Float64Array): [Contender, Contender] {
  let greatest = 0;
  let least = 0;
  const shift = (h: number) => (yes[h] as number) - (no[h] as number);
  for (let h = 1; h <= rows.length; h++) {
    if (shift(h) > shift(greatest)) greatest = h;
    if (shift(h) < shift(least)) least = h;
  }
  const contender = (h: number): Contender => rows[h] ?? 'none';
  return [shift(greatest) > 0 ? contender(greatest) : 'rest', shift(least) < 0 ? contender(least) : 'rest'];
}

function ruledOut({ rows, prior }: LookAhead, feared: Uint8Array, no: Float64Array): number | null {
  let best = -1;
  for (let h = 0; h < rows.length; h++) {
    const own = prior[h] as number;
    const closes = feared[h] === 1 && own >= EXCLUDED && (no[h] as number) < EXCLUDED;
    if (closes && own > (prior[best] ?? 0)) best = h;
  }
  return rows[best] ?? null;
}

/** Tries every way of answering up to three of the questions. */
function answersToChange(ahead: LookAhead, chosen: readonly number[]): number | null {
  const width = ahead.prior.length;
  const first = firstOf(ahead, ahead.prior).first;
  /** Whether `left` further answers, to questions from `from` on, can bring another condition to the first place. */
  const changes = (joint: Float64Array, from: number, left: number): boolean => {
    const mass = joint.reduce((sum, p) => sum + p, 0);
    if (mass < CONCEIVABLE) return false;
    if (left === 0) return firstOf(ahead, joint).first !== first;
    for (let next = from; next < chosen.length; next++) {
      const at = (chosen[next] as number) * width;
      const yes = joint.map((p, h) => p * (ahead.present[at + h] as number));
      const no = joint.map((p, h) => p - (yes[h] as number));
      if (changes(yes, next + 1, left - 1) || changes(no, next + 1, left - 1)) return true;
    }
    return false;
  };
  for (let answers = 1; answers <= MOST_ANSWERS; answers++)
    if (changes(ahead.prior, 0, answers)) return answers;
  return null;
}
