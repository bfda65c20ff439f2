/** A dialogue with one patient: question after question, each answer read by the served models. */

import type { Model } from '../../../lambdas/adapters/model.ts';
import { rankOf } from '../../../lambdas/core/differential.ts';
import { type PartsView, runParts } from '../../../lambdas/core/parts.ts';
import { type Weighed, weighQuestions } from '../../../lambdas/core/questions.ts';
import { LEAST_UTILITY } from '../../../lambdas/core/questions-policy.ts';
import { fireRules } from '../../../lambdas/core/redflags.ts';
import type { Patient } from '../../../lambdas/core/types.ts';
import { isUrgentByModel } from '../../../lambdas/core/urgency.ts';

/** A patient who answers. */
export interface Respondent {
  readonly id: string;
  /** What is told unasked. */
  readonly told: Patient;
  /** Whether the finding is there; undefined where nobody knows. */
  readonly answer: (term: number) => boolean | undefined;
  /** Rows of the true condition. */
  readonly truth: readonly number[];
}

/** What the answer says after so many questions. */
export interface Turn {
  /** Place of the truth in the list, from 1. */
  readonly rank: number;
  readonly urgent: boolean;
}

/** Picks the next question among `open`, the candidates not asked yet; undefined where none is worth asking. */
export type Strategy = (weighed: Weighed, open: readonly number[]) => number | undefined;

const best = (open: readonly number[], value: (i: number) => number): number | undefined =>
  open.reduce<number | undefined>((a, i) => (a === undefined || value(i) > value(a) ? i : a), undefined);

/** As served, but for the weight of ruling out where another is tried. */
export const byUtility =
  (rulingOut?: number): Strategy =>
  ({ gains, costs, utility }, open) => {
    const worth = (i: number): number =>
      rulingOut === undefined
        ? (utility[i] as number)
        : (gains.eig[i] as number) + rulingOut * (gains.drop[i] as number) - (costs[i] as number);
    const chosen = best(open, worth);
    return chosen !== undefined && worth(chosen) >= LEAST_UTILITY ? chosen : undefined;
  };

/** The finding that is likeliest to be there. */
export const mostFrequent: Strategy = ({ gains }, open) => best(open, (i) => gains.present[i] as number);

/** The strategy among the questions alone that somebody knows the answer of. */
export const amongKnown =
  (choose: Strategy, { answer }: Respondent): Strategy =>
  (weighed, open) =>
    choose(
      weighed,
      open.filter((i) => answer(weighed.ahead.candidates[i] as number) !== undefined),
    );

/** Any of the candidates; the same ones for the same seed. */
export function atRandom(random: () => number): Strategy {
  return (_, open) => open[Math.floor(random() * open.length)];
}

/** The states of the list before any question and after each of `most`. Where no question is left, nothing changes. */
export async function converse(
  { knowledge, models }: Pick<Model, 'knowledge' | 'models'>,
  { told, answer, truth }: Respondent,
  choose: Strategy,
  most: number,
): Promise<{ readonly turns: readonly Turn[]; readonly asked: number }> {
  const asked = new Set<number>();
  const turns: Turn[] = [];
  let patient = told;
  let parts = await runParts(knowledge, patient, models);
  turns.push(judge(parts, patient));
  while (turns.length <= most) {
    const weighed = weighQuestions(knowledge, patient, parts);
    const { candidates } = weighed.ahead;
    const open = [...candidates.keys()].filter((i) => !asked.has(candidates[i] as number));
    const chosen = choose(weighed, open);
    if (chosen === undefined) break;
    const term = candidates[chosen] as number;
    asked.add(term);
    const present = answer(term);
    if (present !== undefined) {
      const id = knowledge.bundle.vocabulary.terms[term]?.id ?? '';
      patient = { ...patient, findings: [...patient.findings, { id, term, present }] };
      parts = await runParts(knowledge, patient, models);
    }
    turns.push(judge(parts, patient));
  }
  const last = turns.at(-1) as Turn;
  return { turns: [...turns, ...Array<Turn>(most + 1 - turns.length).fill(last)], asked: asked.size };

  function judge({ differential }: PartsView, patient: Patient): Turn {
    const { bundle, rules, gravity } = knowledge;
    const fired = fireRules(rules, patient).length > 0;
    return {
      rank: Math.min(...truth.map((row) => rankOf(bundle, differential, row))),
      urgent: fired || isUrgentByModel(knowledge, gravity.urgencies, patient, differential),
    };
  }
}
