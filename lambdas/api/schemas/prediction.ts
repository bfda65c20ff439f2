/** The answer of POST /v1/predict. */

import * as z from 'zod';
import { COURSES, REVIEW_REASONS, SEVERITIES, URGENCY_LEVELS } from '../../core/types.ts';
import { rankedCondition } from './condition.ts';
import { counterfactuals, explanationOf, urgencyExplanation } from './explanation.ts';
import { modelVersion, predictionId, probability, requestId, rule, source, suggestions } from './parts.ts';
import { NextQuestionsSchema } from './questions.ts';
import { news2, vitalSigns } from './vital-signs.ts';

export const PredictResponseSchema = z
  .strictObject({
    prediction_id: predictionId,
    patient_id: z.string().nullable().describe('As the request has it; null where it has none.'),
    created_at: z.iso.datetime().describe('RFC 3339, UTC.'),
    severity: z
      .enum(SEVERITIES)
      .describe(
        'By the models the class of least expected cost; ENFERMEDAD_AGUDA where it is too mild for a red flag that fired.',
      ),
    confidence: probability
      .nullable()
      .describe('Probability of the severity shown, by the models; null if they failed.'),
    severity_probabilities: z
      .strictObject(
        Object.fromEntries(
          SEVERITIES.map((severity) => [severity, probability.describe('Of this class.')]),
        ) as Record<(typeof SEVERITIES)[number], typeof probability>,
      )
      .nullable()
      .describe(
        'By the models; the severity shown is the one of least expected cost (data/clinical/severity_costs.json), not the likeliest. null if they failed.',
      ),
    urgency: z
      .enum(URGENCY_LEVELS)
      .describe(
        'How soon, by rules and models. IMMEDIATE: an immediate red flag, or emergencies likelier than not. URGENT: an urgent red flag, the threshold of the models for emergencies, or what is likeliest may not wait. UNKNOWN: nobody states it of what is likeliest; never below what is known.',
      ),
    course: z
      .enum(COURSES)
      .describe('That of the conditions that hold more than half of the probability of disease, as stated.'),
    requires_immediate_attention: z
      .boolean()
      .describe('Whether a red flag fired, or the models find an emergency likely enough.'),
    urgency_reasons: z
      .array(
        z.strictObject({
          kind: z.enum(['rule', 'model']).describe('What says so.'),
          id: z.string().exactOptional().describe('Of the red-flag rule; missing for the models.'),
          text: z.string().describe('The reason in words.'),
        }),
      )
      .describe('Why it is urgent; empty where nothing says so.'),
    red_flags: z
      .array(
        z.strictObject({
          ...rule.shape,
          urgency: z.enum(['immediate', 'urgent']).describe('How soon the rule asks to be seen to.'),
          action: z.string().describe('What its source would have the clinician consider.'),
          source,
          matched: z
            .array(z.string())
            .describe('Ids of the findings, names of the vital signs, `age` or `pregnant`: what fired it.'),
          note: z
            .string()
            .exactOptional()
            .describe('What the reader must know of this firing, as that a score is a lower bound.'),
        }),
      )
      .describe('Sourced rules that fired. They run before and apart from the models.'),
    top_conditions: z.array(rankedCondition).describe('Likeliest first; empty if the models failed.'),
    coverage: z
      .enum(['covered', 'not_covered'])
      .nullable()
      .describe('Whether any condition known here explains the findings; null if the models failed.'),
    prediction_set: z
      .strictObject({
        coverage: probability.describe('Share of patients whose condition such a set is meant to hold.'),
        size: z.int().min(0).describe('Conditions in it.'),
        conditions: z.array(z.string()).max(20).describe('Codes of its first twenty, likeliest first.'),
        no_relevant_disease: z.boolean().describe('Whether the set holds "no relevant disease" as well.'),
      })
      .nullable()
      .describe(
        'The likeliest outcome and every condition that is as likely as nine in ten true cases of its class were: thresholds differ by class, so that a condition of the list may be missing; null if the models failed.',
      ),
    out_of_distribution: z
      .strictObject({
        score: probability.describe(
          'Share of patients with as many findings whom some condition explains better.',
        ),
        flagged: z.boolean().describe('Whether that is so many that no part is taken to cover the findings.'),
      })
      .nullable()
      .describe('How unlike the patients that the models know; null if the models failed.'),
    sufficiency: z
      .strictObject({
        score: probability.describe('Expected share of patients whose condition is among the first three.'),
        low: z.boolean().describe('Whether that is too few: review reason INSUFFICIENT_DATA.'),
      })
      .nullable()
      .describe('How far the findings told suffice to tell the conditions apart; null if the models failed.'),
    gate: z
      .strictObject({
        common: probability.describe('Trained common conditions, and no relevant disease.'),
        broad: probability.describe('Further common conditions, known from texts.'),
        orphan: probability.describe('Orphan conditions.'),
      })
      .nullable()
      .describe('Probability of each part of the models, together 1; null if the models failed.'),
    recommendations: z.array(z.string()).describe('What to consider; suggestions to a clinician.'),
    recommendation_sources: z
      .array(
        z.strictObject({
          kind: z.enum(['rule', 'condition']).describe('What it was read for.'),
          id: z.string().describe('Of the red-flag rule, or the code of the condition.'),
          ...source.shape,
        }),
      )
      .describe('Where each of `recommendations` was read, in their order.'),
    explanation: z
      .record(z.string(), z.number())
      .describe(
        'What each finding adds to the first condition, and `age` and `sex`, in the unit of `explanation_of`; empty if not asked for.',
      ),
    explanation_of: explanationOf,
    urgency_explanation: urgencyExplanation,
    counterfactuals,
    next_questions: NextQuestionsSchema.nullable().describe(
      'The five findings or tests that would tell most; null if the models failed.',
    ),
    orphan_suspicion: z
      .strictObject({
        level: z.enum(['NONE', 'POSSIBLE', 'HIGH']).describe('By thresholds on the probability, as policy.'),
        probability: probability.describe('Of any orphan condition.'),
      })
      .nullable()
      .describe('Whether to think of an orphan condition; null if the models failed.'),
    review_by_specialist: z.boolean().describe('Whether there is any of `review_reasons`.'),
    review_reasons: z
      .array(
        z.strictObject({
          code: z.enum(REVIEW_REASONS).describe('Stable: decide by this.'),
          message: z.string().describe('The reason in words.'),
        }),
      )
      .describe('Why a specialist should look at it.'),
    warnings: z
      .array(
        z.strictObject({
          code: z.string().describe('Stable, as DUPLICATE_FINDING.'),
          message: z.string().describe('The remark in words.'),
          pointer: z.string().exactOptional().describe('JSON pointer into the request.'),
          suggestions,
        }),
      )
      .describe('What is unusual in a request that was answered all the same.'),
    news2,
    vital_signs: vitalSigns,
    model_version: modelVersion.nullable().describe('Version of the models; null if they failed.'),
    data_releases: z
      .record(z.string(), z.string())
      .describe('Release of each body of data behind the models, by its name.'),
    intended_use: z.string().describe('What the answer may be used for.'),
    request_id: requestId,
  })
  .describe('Conditions to consider, and how sure we are of them. Numbers are rounded to six digits.');

export type PredictResponse = z.infer<typeof PredictResponseSchema>;
