/** The answer of POST /v1/predict. */

import { z } from 'zod';
import {
  COURSES,
  PROFILES,
  REVIEW_REASONS,
  SEVERITIES,
  SOURCE_KINDS,
  STATED_COURSES,
  STATED_URGENCIES,
  URGENCY_LEVELS,
} from '../../core/types.ts';
import {
  conditionEvidence,
  counterfactuals,
  explanationOf,
  similarPatients,
  urgencyExplanation,
} from './explanation.ts';
import { termMatchSchema } from './fields.ts';
import { NextQuestionsSchema } from './questions.ts';

const kind = z.enum(['common', 'orphan']);
const probability = z.number().min(0).max(1);

const source = z.strictObject({
  title: z.string(),
  publisher: z.string(),
  section: z.string(),
  url: z.string(),
  year: z.string().exactOptional(),
});

/** The courses that texts state, and that of a trained condition that worsens suddenly. */
const STATED_OR_CLINICAL_COURSES = [...STATED_COURSES, 'acute_on_chronic'] as const;

const condition = z.strictObject({
  code: z.string(),
  name: z.string(),
  probability,
  kind,
  knowledge_only: z
    .boolean()
    .describe('Known from texts alone: no model was trained on patients of it, simulated or real.'),
  calibrated: z
    .boolean()
    .describe('Whether its probability was held against patients; false for `knowledge_only` ones.'),
  codes: z.array(z.string()).describe('Exactly equivalent codes (OMIM, ORPHA, ICD-10, DOID, MeSH).'),
  name_lang: z
    .enum(['es', 'en'])
    .exactOptional()
    .describe("The name's language where it does not exist in the answer's."),
  profile: z
    .enum(PROFILES)
    .exactOptional()
    .describe(
      'Of `knowledge_only` ones: `literature` has no clinical profile, abstracts name it with findings.',
    ),
  source_kind: z
    .enum(SOURCE_KINDS)
    .exactOptional()
    .describe('Best standing of the texts that a `knowledge_only` condition is known from.'),
  urgency: z
    .enum(STATED_URGENCIES)
    .exactOptional()
    .describe('As its source states it, missing where it does not; of trained conditions our own reading.'),
  course: z
    .enum(STATED_OR_CLINICAL_COURSES)
    .exactOptional()
    .describe('As its source states it, missing where it does not; of trained conditions our own reading.'),
  gravity: z.string().exactOptional().describe('Of trained conditions: what makes it grave or mild.'),
  gravity_source: source.exactOptional().describe('Where the gravity of a trained condition was read.'),
  sources: z
    .array(z.string())
    .exactOptional()
    .describe('Title and publisher of the texts that a `knowledge_only` condition is known from.'),
  note: z.string().exactOptional().describe('What the reader must know of this condition.'),
  evidence: conditionEvidence,
  similar_patients: similarPatients,
});

export const PredictResponseSchema = z
  .strictObject({
    prediction_id: z.string().describe('Names this prediction in feedback and when it is read again.'),
    patient_id: z.string().nullable(),
    created_at: z.iso.datetime(),
    severity: z.enum(SEVERITIES),
    confidence: probability
      .nullable()
      .describe('Probability of the severity shown, by the models; null if they failed.'),
    severity_probabilities: z
      .strictObject(
        Object.fromEntries(SEVERITIES.map((severity) => [severity, probability])) as Record<
          (typeof SEVERITIES)[number],
          typeof probability
        >,
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
    requires_immediate_attention: z.boolean(),
    urgency_reasons: z.array(
      z.strictObject({ kind: z.enum(['rule', 'model']), id: z.string().exactOptional(), text: z.string() }),
    ),
    red_flags: z
      .array(
        z.strictObject({
          id: z.string(),
          name: z.string(),
          source_kind: z
            .enum(SOURCE_KINDS)
            .exactOptional()
            .describe('Best standing of the texts that a `knowledge_only` condition is known from.'),
          urgency: z.enum(['immediate', 'urgent']),
          action: z.string(),
          source,
          matched: z
            .array(z.string())
            .describe('Ids of the findings, names of the vital signs, `age` or `pregnant`: what fired it.'),
          note: z.string().exactOptional(),
        }),
      )
      .describe('Sourced rules that fired. They run before and apart from the models.'),
    top_conditions: z.array(condition),
    coverage: z
      .enum(['covered', 'not_covered'])
      .nullable()
      .describe('Whether any condition known here explains the findings; null if the models failed.'),
    prediction_set: z
      .strictObject({
        coverage: probability.describe('Share of patients whose condition such a set is meant to hold.'),
        size: z.int().min(0),
        conditions: z.array(z.string()).max(20).describe('Codes of its first twenty, likeliest first.'),
        no_relevant_disease: z.boolean().describe('Whether the set holds "no relevant disease" as well.'),
      })
      .nullable()
      .describe(
        'The likeliest outcome and every condition that is as likely as nine in ten true cases of its class were: thresholds differ by class, so that a condition of the list may be missing; null if the models failed.',
      ),
    out_of_distribution: z
      .strictObject({ score: probability, flagged: z.boolean() })
      .nullable()
      .describe('How unlike the patients that the models know; null if the models failed.'),
    sufficiency: z
      .strictObject({ score: probability, low: z.boolean() })
      .nullable()
      .describe('How far the findings told suffice to tell the conditions apart; null if the models failed.'),
    gate: z
      .strictObject({ common: probability, broad: probability, orphan: probability })
      .nullable()
      .describe(
        'Weight of each part: trained common conditions (and none), further common ones known from texts, orphan ones; null if the models failed.',
      ),
    recommendations: z.array(z.string()).describe('What to consider; suggestions to a clinician.'),
    recommendation_sources: z
      .array(
        z.strictObject({
          kind: z.enum(['rule', 'condition']),
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
      .strictObject({ level: z.enum(['NONE', 'POSSIBLE', 'HIGH']), probability })
      .nullable()
      .describe('null if the models failed.'),
    review_by_specialist: z.boolean(),
    review_reasons: z.array(z.strictObject({ code: z.enum(REVIEW_REASONS), message: z.string() })),
    warnings: z.array(
      z.strictObject({
        code: z.string(),
        message: z.string(),
        pointer: z.string().exactOptional().describe('JSON pointer into the request.'),
        suggestions: z
          .array(termMatchSchema)
          .exactOptional()
          .describe('Of an unknown finding: up to five that may be meant, best first.'),
      }),
    ),
    news2: z
      .strictObject({
        score: z.int().min(0).max(20),
        complete: z.boolean(),
        missing: z.array(z.string()).describe('Parameters not given: the score is then a lower bound.'),
      })
      .nullable()
      .describe('National Early Warning Score 2; null under 16 years, in pregnancy, or without vital signs.'),
    vital_signs: z
      .strictObject({
        out_of_range: z
          .array(
            z.strictObject({
              id: z.string(),
              kind: z.enum(['limit', 'reference']),
              vital: z.string(),
              value: z.number(),
              text: z.string(),
              source,
            }),
          )
          .describe('Beyond a sourced limit, or outside the reference range of the age.'),
        scores: z
          .array(
            z.strictObject({
              id: z.string(),
              name: z.string(),
              points: z.int().min(0),
              of: z.int(),
              met: z.array(z.string()),
              missing: z.array(z.string()).describe('Not given: the points are then a lower bound.'),
              risk: z.string().exactOptional(),
              source,
            }),
          )
          .describe('Scores made for a condition that is likely or was told.'),
        not_evaluated: z
          .array(z.string())
          .describe('Vital signs given that nothing evaluates in this patient.'),
      })
      .nullable()
      .describe('Vital signs beyond NEWS2; null where none was given.'),
    model_version: z.string().nullable().describe('null if the models failed.'),
    data_releases: z.record(z.string(), z.string()),
    intended_use: z.string(),
    request_id: z.string(),
  })
  .describe('Conditions to consider, and how sure we are of them. Numbers are rounded to six digits.');

export type PredictResponse = z.infer<typeof PredictResponseSchema>;
