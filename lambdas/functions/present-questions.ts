/** The next questions in the words and the shape of the contract. */

import type { Model } from '../adapters/model.ts';
import type { NextQuestionsBody } from '../api/schemas/questions.ts';
import type { Condition } from '../core/bundle.ts';
import type { Contender, NextQuestions, Outcome, Question } from '../core/questions.ts';
import { LEAST_UTILITY } from '../core/questions-policy.ts';
import type { Lang, Localised } from '../core/types.ts';
import { CONTENDERS, mayChange, rulesOut, separates } from './question-words.ts';
import { round } from './round.ts';

type Presented = NextQuestionsBody['questions'][number];

export function presentQuestions(
  { knowledge: { bundle } }: Model,
  { questions, answersToChange }: NextQuestions,
  lang: Lang,
): NextQuestionsBody {
  const conditionAt = (row: number) => {
    const condition = bundle.conditions[row];
    if (condition === undefined) throw new RangeError(`no condition ${row}`);
    return condition;
  };
  const nameOf = (contender: Contender): Localised =>
    typeof contender === 'number' ? nameInText(conditionAt(contender)) : CONTENDERS[contender];
  const codesOf = (contenders: readonly Contender[]) =>
    contenders.flatMap((one) => (typeof one === 'number' ? conditionAt(one).code : []));
  const outcome = ({ probability, first, firstProbability }: Outcome): Presented['if_present'] => {
    const { code, name, esLang } = conditionAt(first);
    return {
      probability: round(probability),
      first: {
        code,
        name: name[lang],
        ...(lang === 'es' && esLang !== 'es' && { name_lang: esLang }),
        probability: round(firstProbability),
      },
    };
  };
  const reasons = ({ separates: [a, b], rulesOut: c }: Question): Presented['reasons'] => [
    { kind: 'separates', conditions: codesOf([a, b]), text: separates(nameOf(a), nameOf(b))[lang] },
    ...(c === null
      ? []
      : [{ kind: 'rules_out' as const, conditions: codesOf([c]), text: rulesOut(nameOf(c))[lang] }]),
  ];
  const present = (one: Question): Presented => {
    const term = bundle.vocabulary.terms[one.term];
    if (term === undefined) throw new RangeError(`no term ${one.term}`);
    return {
      id: term.id,
      ...(term.slug !== undefined && { slug: term.slug }),
      label: term[lang],
      kind: one.way,
      utility: round(one.utility),
      eig_bits: round(one.eig),
      must_not_miss_drop: round(one.drop),
      cost_bits: one.cost,
      if_present: outcome(one.ifPresent),
      if_absent: outcome(one.ifAbsent),
      reasons: reasons(one),
    };
  };
  return {
    questions: questions.map(present),
    should_stop: questions.length === 0,
    least_utility: LEAST_UTILITY,
    answers_to_change: answersToChange,
    sufficiency: answersToChange === null ? null : mayChange(answersToChange)[lang],
  };
}

/** A name as it stands in a sentence, which says so where it is in another language. */
function nameInText({ name, esLang }: Condition): Localised {
  return esLang === 'es' ? name : { es: `${name.es} (nombre en inglés)`, en: name.en };
}
