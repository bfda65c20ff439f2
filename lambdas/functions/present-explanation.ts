/** The reasons of a prediction in the words and the shape of the contract. */

import type { Model } from '../adapters/model.ts';
import type { PredictResponse } from '../api/schemas/prediction.ts';
import type { ConditionExplanation, Effects, Method } from '../core/explanation.ts';
import type { Explanation, Prediction } from '../core/predict.ts';
import type { SimilarPatient } from '../core/similar.ts';
import type { Finding, Lang, Patient } from '../core/types.ts';
import { presentCounterfactuals } from './present-counterfactuals.ts';
import { round, roundTogether } from './round.ts';
import { ABSENT, AGE, againstWhat, GENDERS, SEX } from './words-explanation.ts';

type Condition = PredictResponse['top_conditions'][number];
type Named = { id: string; name: string };

const UNITS = {
  shapley: 'probability',
  likelihood_ratio: 'log_likelihood_ratio',
  profile_features: 'logit',
} as const satisfies Record<Method, string>;

/** So many effects, findings and shared findings are listed at most. */
const LISTED = 10;

/** The fields of the answer that explain the whole of it; null and empty where no explanation was asked for. */
export function presentExplanation(
  model: Model,
  { model: view, explanation }: Prediction,
  lang: Lang,
): Pick<PredictResponse, 'explanation' | 'explanation_of' | 'urgency_explanation' | 'counterfactuals'> {
  const [first] = view?.top ?? [];
  const [own] = explanation?.conditions ?? [];
  if (!explanation || first === undefined || own === undefined)
    return { explanation: {}, explanation_of: null, urgency_explanation: null, counterfactuals: null };
  const { referenceAge } = model.knowledge.bundle.features;
  const { code, name, kind } = first.condition;
  const { baseline, value } = own.effects;
  const { urgency } = explanation;
  return {
    explanation: presentEffects(model, own.effects),
    explanation_of: {
      code,
      name: name[lang],
      kind,
      ...presentMethod(own),
      baseline: baseline === undefined ? null : round(baseline),
      value: value === undefined ? null : round(value),
      note: againstWhat(own.method, referenceAge)[lang],
    },
    urgency_explanation: {
      unit: 'probability',
      exact: urgency.exact,
      baseline: round(urgency.baseline),
      value: round(urgency.value),
      effects: presentEffects(model, urgency),
      note: againstWhat('shapley', referenceAge)[lang],
    },
    counterfactuals: presentCounterfactuals(model, explanation.counterfactuals, lang),
  };
}

/** What the answer says of the condition at this place of the list; nothing where no explanation was asked for. */
export function presentEvidence(
  model: Model,
  explanation: Explanation | null,
  place: number,
  patient: Pick<Patient, 'age' | 'gender'>,
  lang: Lang,
): Pick<Condition, 'evidence' | 'similar_patients'> {
  const own = explanation?.conditions[place];
  if (own === undefined) return {};
  const named = namer(model, lang);
  const { age, sex, findings } = rounded(own.effects);
  const effects = [
    ...[...findings].map(([finding, effect]) => {
      const { id, name } = named(finding);
      return { id, name: finding.present ? name : ABSENT(name)[lang], effect };
    }),
    { id: 'age', name: `${AGE[lang]}: ${patient.age}`, effect: age },
    { id: 'sex', name: `${SEX[lang]}: ${GENDERS[patient.gender][lang]}`, effect: sex },
  ].sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect));
  return {
    evidence: {
      ...presentMethod(own),
      for: effects.filter(({ effect }) => effect > 0).slice(0, LISTED),
      against: effects.filter(({ effect }) => effect < 0).slice(0, LISTED),
      unexplained: own.unexplained.slice(0, LISTED).map(named),
      not_asked: own.notAsked.map(({ term, frequency }) => ({
        ...named({ term }),
        ...(frequency !== undefined && { frequency: round(frequency) }),
      })),
    },
    ...(own.method === 'likelihood_ratio' && {
      similar_patients: own.similar.map((similar) => presentSimilar(similar, named)),
    }),
  };
}

const presentMethod = ({ method, exact }: ConditionExplanation) => ({ method, unit: UNITS[method], exact });

/** Shapley values still add up to what they lead from and to, as these are shown. */
function rounded({ findings, age, sex, baseline, value }: ConditionExplanation['effects']): Effects {
  const isLed = baseline !== undefined && value !== undefined;
  const total = isLed ? round(value) - round(baseline) : undefined;
  const values = roundTogether([...findings.values(), age, sex], total);
  return {
    findings: new Map([...findings.keys()].map((finding, i) => [finding, values[i] as number])),
    age: values.at(-2) as number,
    sex: values.at(-1) as number,
  };
}

function presentEffects(model: Model, effects: ConditionExplanation['effects']): Record<string, number> {
  const { findings, age, sex } = rounded(effects);
  const { terms } = model.knowledge.bundle.vocabulary;
  const key = (finding: Finding) => terms[finding.term]?.slug ?? finding.id;
  return {
    ...Object.fromEntries([...findings].map(([finding, value]) => [key(finding), value])),
    age,
    sex,
  };
}

function presentSimilar(
  { patient: { pmids, sex, age }, similarity, shared }: SimilarPatient,
  named: (finding: Finding) => Named,
): NonNullable<Condition['similar_patients']>[number] {
  return {
    pmid: [...pmids],
    similarity: round(similarity),
    shared: shared.slice(0, LISTED).map(named),
    ...(sex !== 'O' && { sex }),
    ...(age !== undefined && { age_years: age }),
  };
}

/** Names a finding in the answer's language. */
function namer({ knowledge }: Model, lang: Lang): (finding: Pick<Finding, 'term'>) => Named {
  const { terms } = knowledge.bundle.vocabulary;
  return ({ term }) => ({ id: terms[term]?.id ?? '', name: terms[term]?.[lang] ?? '' });
}
