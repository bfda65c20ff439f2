/** The manifest's shape; training/manifest.schema.json is made from it and binds the training as well. */

import * as z from 'zod';

const localised = z.strictObject({ es: z.string().min(1), en: z.string().min(1) });
const fileName = z.string().regex(/^[a-z0-9_]+(\.[a-z0-9]+)+$/);
const probability = z.number().min(0).max(1);
const positive = z.number().positive();
const count = z.int().min(0);

const condition = z.strictObject({
  key: z.string().min(1),
  code: z.string(),
  codes: z.array(z.string().min(1)),
  name: localised,
});

const common = z.strictObject({
  conditions: z.array(condition).min(2),
  /** In the order in which the meta-learner takes them. */
  members: z.array(z.strictObject({ file: fileName })).min(1),
  meta: fileName,
  temperatures: z.array(z.strictObject({ min_findings: count, temperature: positive })).min(1),
  urgent: z.array(z.boolean()),
  urgent_thresholds: z.array(z.strictObject({ min_findings: count, threshold: probability })).min(1),
});

const orphan = z.strictObject({
  file: fileName,
  diseases_file: fileName,
  /** Read for the explanation alone, as is the next. */
  typical_file: fileName,
  published_file: fileName,
  floor: positive,
  weight: positive,
  /** What each finding costs a row that published patients made. */
  patient_discount: z.number().min(0),
  ratio_min: z.number(),
  ratio_step: positive,
  net: z.strictObject({ file: fileName, weight: z.number().min(0) }),
  prevalence_weight: z.number().min(0),
  /** For a woman and an X-linked recessive disease. */
  unlikely: z.number().max(0),
  /** Of the sum of the evidence, by number of scored findings; ascending from 0. */
  scales: z.array(z.strictObject({ min_terms: count, scale: positive })).min(1),
});

const broad = z.strictObject({
  file: fileName,
  profiles_file: fileName,
  conditions_file: fileName,
  features: z.array(z.string().min(1)).min(1),
  /** The scorer's, for the explanation. */
  weights: z.array(z.number()).min(1),
  literature_step: positive,
  weight: positive,
  floor: positive,
  /** Of a ratio or a mention, for each step up to a broader term. */
  decay: positive.max(1),
  /** Share of what another source states of a condition that its texts do not name. */
  missed: probability,
  /** By number of known findings: what divides a score, and what no logit exceeds. */
  confidences: z
    .array(z.strictObject({ min_findings: count, temperature: positive, ceiling: positive }))
    .min(1),
});

const gate = z.strictObject({
  file: fileName,
  features: z.array(z.string().min(1)).min(1),
  /** P(common), P(broad), P(orphan) where no layer reads any finding. */
  prior: z.tuple([probability, probability, probability]),
});

const sets = z.strictObject({
  target: probability,
  bands: z
    .array(
      z.strictObject({
        min_findings: count,
        trained: z.array(probability).min(2),
        broad: probability,
        orphan: probability,
      }),
    )
    .min(1),
});

const score = z.strictObject({
  from: probability,
  bands: z
    .array(z.strictObject({ min_findings: count, curve: z.array(z.tuple([z.number(), probability])).min(1) }))
    .min(1),
});

const support = z.strictObject({ ood: score, sufficiency: score });

export const manifestSchema = z.strictObject({
  schema_version: z.literal(2),
  version: z.string().regex(/^\d+\.\d+\.\d+\+[0-9a-f]{8}$/),
  created: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  /** From then on an answer says that the models are due for review. */
  stale_after_days: z.int().min(1),
  code_commit: z.string().min(1),
  seed: z.int(),
  files: z.record(fileName, z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: count })),
  data_releases: z.record(z.string().min(1), z.string().min(1)),
  features: z.strictObject({
    items: z.array(z.string().min(1)).min(1),
    age_bands: z.array(z.number().min(0)).min(1),
    /** Years: what stands for an unknown age where an answer is explained. */
    reference_age: z.number().min(0).max(120),
    layout: z.string(),
  }),
  common,
  orphan,
  broad,
  gate,
  sets,
  support,
  orphan_levels: z.strictObject({ possible: probability, high: probability }),
  metrics: z.record(z.string(), z.unknown()),
});

export type Manifest = z.infer<typeof manifestSchema>;
