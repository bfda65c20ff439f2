/** A condition of the list: part of the answer of POST /v1/predict. */

import * as z from 'zod';
import { PROFILES, SOURCE_KINDS, STATED_COURSES, STATED_URGENCIES } from '../../core/types.ts';
import { conditionEvidence, similarPatients } from './explanation.ts';
import { condition, nameLang, probability, source } from './parts.ts';

/** The courses that texts state, and that of a trained condition that worsens suddenly. */
const STATED_OR_CLINICAL_COURSES = [...STATED_COURSES, 'acute_on_chronic'] as const;

export const rankedCondition = z.strictObject({
  ...condition,
  probability: probability.describe('Over all conditions of the models and no relevant disease together.'),
  kind: z
    .enum(['common', 'orphan'])
    .describe('`common`: trained on simulated patients, or known from texts.'),
  knowledge_only: z
    .boolean()
    .describe('Known from texts alone: no model was trained on patients of it, simulated or real.'),
  calibrated: z
    .boolean()
    .describe('Whether its probability was held against patients; false for `knowledge_only` ones.'),
  codes: z.array(z.string()).describe('Exactly equivalent codes, as `code` is written; MONDO among them.'),
  name_lang: nameLang,
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
