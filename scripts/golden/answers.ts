/** What the handlers decide for a golden request: what a reviewer of a change wants to see, and no more. */

import type { Model } from '../../lambdas/adapters/model.ts';
import type { PredictResponse } from '../../lambdas/api/schemas/prediction.ts';
import type { Models } from '../../lambdas/core/parts.ts';
import { ModelUnavailableError } from '../../lambdas/core/predict.ts';
import { answerRequest } from '../../lambdas/functions/predict.ts';
import type { GoldenCase } from './cases.ts';

/** The decisions; lists in the answer's order. */
export interface GoldenAnswer {
  readonly lang: 'es' | 'en';
  readonly severity: PredictResponse['severity'];
  readonly confidence: number | null;
  readonly urgency: PredictResponse['urgency'];
  readonly urgent: boolean;
  readonly urgent_by: readonly ('rule' | 'model')[];
  /** Ids of the red flags. */
  readonly rules: readonly string[];
  readonly reasons: readonly string[];
  /** Code, probability and kind of the first conditions; of equally likely ones the first by code. */
  readonly top: readonly (readonly [code: string, probability: number, kind: Kind])[];
  readonly set: number | null;
  readonly orphan: PredictResponse['orphan_suspicion'];
  readonly coverage: PredictResponse['coverage'];
  readonly news2: number | null;
  readonly warnings: readonly string[];
  /** The first words of each kind that the answer has: red flag, condition, reason, recommendation. */
  readonly texts: readonly string[];
}

/** Nothing could be answered. */
export interface GoldenRefusal {
  readonly refused: 'MODEL_UNAVAILABLE';
}

export type Kind = 'common' | 'orphan' | 'knowledge_only';

const SHOWN = 5;
const MS_A_DAY = 86_400_000;

const failing = async (): Promise<never> => {
  throw new Error('no model runs in this golden case');
};
const NO_MODELS: Models = { common: failing, orphanNet: failing, broad: failing, gate: failing };

export async function answerOf(
  model: Model,
  { request, given = {} }: GoldenCase,
): Promise<GoldenAnswer | GoldenRefusal> {
  const { created, staleAfterDays } = model.knowledge.bundle;
  const lang = request.lang ?? 'es';
  const used = given.modelsFail ? { ...model, models: NO_MODELS } : model;
  const now = given.stale ? created + (staleAfterDays + 1) * MS_A_DAY : created;
  try {
    const occasion = { predictionId: '', requestId: '', now, lang };
    const { answer } = await answerRequest(used, { ...request, explain: false }, occasion);
    return summaryOf(answer, lang);
  } catch (error) {
    if (error instanceof ModelUnavailableError) return { refused: 'MODEL_UNAVAILABLE' };
    throw error;
  }
}

function summaryOf(answer: PredictResponse, lang: 'es' | 'en'): GoldenAnswer {
  const [first] = answer.top_conditions;
  const texts = [
    answer.red_flags[0]?.name,
    first?.name,
    answer.review_reasons[0]?.message,
    answer.recommendations[0],
  ];
  return {
    lang,
    severity: answer.severity,
    confidence: answer.confidence,
    urgency: answer.urgency,
    urgent: answer.requires_immediate_attention,
    urgent_by: [...new Set(answer.urgency_reasons.map(({ kind }) => kind))],
    rules: answer.red_flags.map(({ id }) => id),
    reasons: answer.review_reasons.map(({ code }) => code),
    top: answer.top_conditions
      .map(({ code, probability, kind, knowledge_only }) => {
        const shown: Kind = knowledge_only ? 'knowledge_only' : kind;
        return [code, Number(probability.toFixed(5)), shown] as const;
      })
      .sort(([a, p], [b, q]) => q - p || (a < b ? -1 : 1))
      .slice(0, SHOWN),
    set: answer.prediction_set?.size ?? null,
    orphan: answer.orphan_suspicion,
    coverage: answer.coverage,
    news2: answer.news2?.score ?? null,
    warnings: answer.warnings.map(({ code }) => code),
    texts: texts.filter((text) => text !== undefined),
  };
}
