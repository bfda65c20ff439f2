/** A prediction in the words and the shape of the contract. */

import { intendedUse } from '../adapters/clinical.ts';
import type { Model } from '../adapters/model.ts';
import type { PredictResponse } from '../api/schemas/predict.ts';
import type { Condition } from '../core/bundle.ts';
import type { Ranked } from '../core/differential.ts';
import type { ModelView, Prediction } from '../core/predict.ts';
import type { Finding, FiredRule, Lang, Localised, ReviewReason, Warning } from '../core/types.ts';

/** What the answer says besides the prediction. */
export interface Frame {
  readonly predictionId: string;
  readonly patientId: string | null;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly requestId: string;
  readonly lang: Lang;
  readonly warnings: readonly Warning[];
}

/** Only of conditions at least this likely is a recommendation given. */
const RECOMMENDED_FROM = 0.1;
const RECOMMENDED = 3;

/** The body of the answer. */
export function presentPrediction(model: Model, prediction: Prediction, frame: Frame): PredictResponse {
  const { lang } = frame;
  const { fired, triage, news2 } = prediction;
  const { bundle } = model.knowledge;
  return {
    prediction_id: frame.predictionId,
    patient_id: frame.patientId,
    created_at: frame.createdAt,
    severity: triage.severity,
    confidence: triage.confidence === null ? null : round(triage.confidence),
    requires_immediate_attention: fired.length > 0 || triage.urgentByModel,
    urgency_reasons: [
      ...fired.map(({ id, title }) => ({ kind: 'rule' as const, id, text: title[lang] })),
      ...(triage.urgentByModel ? [{ kind: 'model' as const, text: URGENT_BY_MODEL[lang] }] : []),
    ],
    red_flags: fired.map((rule) => presentRule(rule, lang)),
    top_conditions: (prediction.model?.top ?? []).map((ranked) => presentCondition(ranked, lang)),
    recommendations: recommendations(model, prediction, lang),
    explanation: prediction.model ? presentExplanation(model, prediction.model) : {},
    explanation_of: prediction.model?.top[0] ? explained(prediction.model.top[0].condition, lang) : null,
    orphan_suspicion: triage.orphan && {
      level: triage.orphan.level,
      probability: round(triage.orphan.probability),
    },
    review_by_specialist: triage.reviewReasons.length > 0,
    review_reasons: triage.reviewReasons.map((code) => ({ code, message: REVIEW[code][lang] })),
    warnings: frame.warnings.map((warning) => ({ ...warning, message: warning.message[lang] })),
    news2: news2 && { score: news2.score, complete: news2.complete, missing: [...news2.missing] },
    model_version: prediction.model && bundle.version,
    data_releases: { ...bundle.dataReleases },
    intended_use: intendedUse[lang],
    request_id: frame.requestId,
  };
}

/** Six digits after the point: what is shown, stored and compared. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

function presentRule(rule: FiredRule, lang: Lang): PredictResponse['red_flags'][number] {
  const { title, publisher, section, url, year } = rule.source;
  return {
    id: rule.id,
    name: rule.title[lang],
    urgency: rule.urgency,
    action: rule.action[lang],
    source: { title, publisher, section, url, ...(year !== undefined && { year }) },
    matched: [...rule.matched],
    ...(rule.note && { note: rule.note[lang] }),
  };
}

function presentCondition(
  { condition, probability }: Ranked,
  lang: Lang,
): PredictResponse['top_conditions'][number] {
  const { code, codes, name, kind, esLang } = condition;
  return {
    code,
    name: name[lang],
    probability: round(probability),
    kind,
    codes: [...codes],
    ...(lang === 'es' && esLang !== 'es' && { name_lang: esLang }),
  };
}

function explained(
  { code, name, kind }: Condition,
  lang: Lang,
): NonNullable<PredictResponse['explanation_of']> {
  return { code, name: name[lang], kind, method: kind === 'common' ? 'naive_bayes' : 'likelihood_ratio' };
}

function presentExplanation(model: Model, { explanation }: ModelView): Record<string, number> {
  const { terms } = model.knowledge.bundle.vocabulary;
  const key = (finding: Finding) => terms[finding.term]?.slug ?? finding.id;
  return {
    ...Object.fromEntries([...explanation.findings].map(([finding, value]) => [key(finding), round(value)])),
    age: round(explanation.age),
    sex: round(explanation.sex),
  };
}

/** What the fired rules ask for, then what to consider for the likeliest common conditions. */
function recommendations(model: Model, { fired, model: view }: Prediction, lang: Lang): string[] {
  const likely = (view?.top ?? [])
    .filter(({ condition, probability }) => condition.kind === 'common' && probability >= RECOMMENDED_FROM)
    .slice(0, RECOMMENDED)
    .flatMap(({ condition }) => model.recommendations.get(condition.key ?? '') ?? []);
  return [...new Set([...fired.map((rule) => rule.action), ...likely].map((text) => text[lang]))];
}

const URGENT_BY_MODEL: Localised = {
  es: 'La probabilidad conjunta de las enfermedades urgentes alcanza el umbral fijado para este número de hallazgos.',
  en: 'The joint probability of the urgent conditions reaches the threshold set for this number of findings.',
};

const REVIEW: Readonly<Record<ReviewReason, Localised>> = {
  LOW_CONFIDENCE: {
    es: 'La confianza en la gravedad indicada es inferior al 70 %.',
    en: 'The confidence in the severity shown is below 70%.',
  },
  INSUFFICIENT_DATA: {
    es: 'Hay menos de tres hallazgos presentes: los datos son escasos.',
    en: 'Fewer than three findings are present: the data are scarce.',
  },
  ORPHAN_SUSPICION: {
    es: 'Los hallazgos son compatibles con una enfermedad huérfana.',
    en: 'The findings are compatible with an orphan disease.',
  },
  RULE_DISAGREEMENT: {
    es: 'Una regla de alarma contradice a los modelos; prevalece la regla.',
    en: 'A red-flag rule contradicts the models; the rule prevails.',
  },
  UNSUPPORTED_POPULATION: {
    es: 'Los modelos no se han entrenado para el embarazo y apenas para menores de un año; las constantes vitales no se evalúan en el embarazo ni antes de los 16 años.',
    en: 'The models were not trained for pregnancy, and hardly for children under one year; vital signs are not evaluated in pregnancy nor under 16 years.',
  },
  UNKNOWN_FINDINGS: {
    es: 'No se han podido tener en cuenta todos los hallazgos indicados.',
    en: 'Not all the findings given could be taken into account.',
  },
  MODEL_UNAVAILABLE: {
    es: 'Los modelos han fallado; la respuesta contiene solo las reglas de alarma.',
    en: 'The models failed; the answer holds the red-flag rules alone.',
  },
};
