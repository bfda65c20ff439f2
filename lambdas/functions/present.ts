/** A prediction in the words and the shape of the contract. */

import { intendedUse } from '../adapters/clinical.ts';
import type { Model } from '../adapters/model.ts';
import { inLanguage } from '../api/problem.ts';
import type { PredictResponse } from '../api/schemas/prediction.ts';
import type { KnowledgeFacts } from '../core/bundle.ts';
import { type Ranked, top } from '../core/differential.ts';
import { likelyOf, type ModelView, type Prediction } from '../core/predict.ts';
import type { SeverityMass } from '../core/severity-costs.ts';
import {
  type FiredRule,
  type Lang,
  type Patient,
  SEVERITIES,
  type Severity,
  type Warning,
} from '../core/types.ts';
import { presentEvidence, presentExplanation } from './present-explanation.ts';
import { presentQuestions } from './present-questions.ts';
import { presentRecommendations } from './present-recommendations.ts';
import { presentSource } from './present-source.ts';
import { presentVitals } from './present-vitals.ts';
import { round } from './round.ts';
import { KNOWLEDGE_ONLY_NOTE, REVIEW, URGENT_AS_STATED, URGENT_BY_MODEL } from './words.ts';

/** What the answer says besides the prediction. */
export interface Frame {
  readonly predictionId: string;
  readonly patientId: string | null;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly requestId: string;
  readonly lang: Lang;
  readonly warnings: readonly Warning[];
  readonly patient: Pick<Patient, 'age' | 'gender'>;
}

/** Codes of a prediction set that are listed; its size is told in full. */
const SET_LISTED = 20;

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
    severity_probabilities: triage.severityMass && rounded(triage.severityMass),
    urgency: triage.urgency,
    course: triage.course,
    requires_immediate_attention: fired.length > 0 || triage.urgentByModel,
    urgency_reasons: [
      ...fired.map(({ id, title }) => ({ kind: 'rule' as const, id, text: title[lang] })),
      ...(triage.urgentByModel ? [{ kind: 'model' as const, text: URGENT_BY_MODEL[lang] }] : []),
      ...(triage.urgency === 'URGENT' && fired.length === 0 && !triage.urgentByModel
        ? [{ kind: 'model' as const, text: URGENT_AS_STATED[lang] }]
        : []),
    ],
    red_flags: fired.map((rule) => presentRule(rule, lang)),
    top_conditions: (prediction.model?.top ?? []).map((ranked, place) => ({
      ...presentCondition(model, ranked, lang),
      ...presentEvidence(model, prediction.explanation, place, frame.patient, lang),
    })),
    ...presentTrust(model, prediction.model),
    ...presentRecommendations(model, fired, likelyOf(prediction.model?.top ?? []), lang),
    ...presentExplanation(model, prediction, lang),
    next_questions: prediction.model && presentQuestions(model, prediction.model.questions, lang),
    orphan_suspicion: triage.orphan && {
      level: triage.orphan.level,
      probability: round(triage.orphan.probability),
    },
    review_by_specialist: triage.reviewReasons.length > 0,
    review_reasons: triage.reviewReasons.map((code) => ({ code, message: REVIEW[code][lang] })),
    warnings: frame.warnings.map((warning) => inLanguage(warning, lang)),
    news2: news2 && { score: news2.score, complete: news2.complete, missing: [...news2.missing] },
    vital_signs: prediction.vitalSigns && presentVitals(prediction.vitalSigns, lang),
    model_version: prediction.model && bundle.version,
    data_releases: { ...bundle.dataReleases },
    intended_use: intendedUse[lang],
    request_id: frame.requestId,
  };
}

function rounded(mass: SeverityMass): Record<Severity, number> {
  return Object.fromEntries(SEVERITIES.map((severity) => [severity, round(mass[severity])])) as Record<
    Severity,
    number
  >;
}

function presentRule(rule: FiredRule, lang: Lang): PredictResponse['red_flags'][number] {
  return {
    id: rule.id,
    name: rule.title[lang],
    urgency: rule.urgency,
    action: rule.action[lang],
    source: presentSource(rule.source),
    matched: [...rule.matched],
    ...(rule.note && { note: rule.note[lang] }),
  };
}

function presentCondition(
  { clinical }: Model,
  { condition, probability }: Ranked,
  lang: Lang,
): PredictResponse['top_conditions'][number] {
  const { code, codes, name, kind, esLang, key, knowledgeOnly } = condition;
  const known = clinical.get(key ?? '');
  return {
    code,
    name: name[lang],
    probability: round(probability),
    kind,
    knowledge_only: knowledgeOnly !== undefined,
    calibrated: knowledgeOnly === undefined,
    codes: [...codes],
    ...(lang === 'es' && esLang !== 'es' && { name_lang: esLang }),
    ...(known && {
      urgency: known.urgency,
      course: known.course,
      gravity: known.gravity[lang],
      gravity_source: presentSource(known.source),
    }),
    ...(knowledgeOnly && presentKnowledge(knowledgeOnly, lang)),
  };
}

function presentKnowledge(
  { profile, sourceKind, urgency, course, sources }: KnowledgeFacts,
  lang: Lang,
): Partial<PredictResponse['top_conditions'][number]> {
  return {
    profile,
    source_kind: sourceKind,
    ...(urgency && { urgency }),
    ...(course && { course }),
    // Texts of unknown standing serve for ranking, and are not shown before somebody has confirmed them.
    sources: sourceKind === 'other' ? [] : [...sources],
    note: KNOWLEDGE_ONLY_NOTE[profile === 'literature' ? 'literature' : sourceKind][lang],
  };
}

/** How far the list can be trusted; all null where the models failed. */
function presentTrust(
  { knowledge: { bundle } }: Model,
  view: ModelView | null,
): Pick<PredictResponse, 'coverage' | 'prediction_set' | 'out_of_distribution' | 'sufficiency' | 'gate'> {
  if (view === null)
    return { coverage: null, prediction_set: null, out_of_distribution: null, sufficiency: null, gate: null };
  const { set, ood, outOfDistribution, sufficiency, lowSufficiency, covered } = view.trust;
  const { common, broad, orphan } = view.differential.gate;
  return {
    coverage: covered ? 'covered' : 'not_covered',
    prediction_set: {
      coverage: bundle.sets.target,
      size: set.rows.length,
      conditions: top(bundle, view.differential, SET_LISTED, set.rows).map(({ condition }) => condition.code),
      no_relevant_disease: set.wellInSet,
    },
    out_of_distribution: { score: round(ood), flagged: outOfDistribution },
    sufficiency: { score: round(sufficiency), low: lowSufficiency },
    gate: { common: round(common), broad: round(broad), orphan: round(orphan) },
  };
}
