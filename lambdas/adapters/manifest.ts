/** The manifest's shape; training/manifest.schema.json is made from it and binds the training as well. */

import { z } from 'zod';

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
  members: z.array(z.strictObject({ file: fileName, weight: probability })).min(1),
  temperatures: z.array(z.strictObject({ min_findings: count, temperature: positive })).min(1),
  urgent: z.array(z.boolean()),
  urgent_thresholds: z.array(z.strictObject({ min_findings: count, threshold: probability })).min(1),
});

const orphan = z.strictObject({
  file: fileName,
  diseases_file: fileName,
  floor: positive,
  weight: positive,
  decay: positive.max(1),
  ratio_min: z.number(),
  ratio_step: positive,
  temperature: positive,
  prior_common: z.number().gt(0).lt(1),
});

export const manifestSchema = z.strictObject({
  schema_version: z.literal(1),
  version: z.string().regex(/^\d+\.\d+\.\d+\+[0-9a-f]{8}$/),
  created: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  code_commit: z.string().min(1),
  seed: z.int(),
  files: z.record(fileName, z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: count })),
  data_releases: z.strictObject({
    hpo: z.string(),
    hpo_annotations: z.string(),
    hpo_es: z.string(),
    orphanet: z.string(),
    mondo: z.string(),
    ddxplus: z.string(),
    phenopackets: z.string(),
    findings: z.string(),
  }),
  features: z.strictObject({
    items: z.array(z.string().min(1)).min(1),
    age_bands: z.array(z.number().min(0)).min(1),
    layout: z.string(),
  }),
  common,
  orphan,
  orphan_levels: z.strictObject({ possible: probability, high: probability }),
  metrics: z.record(z.string(), z.unknown()),
});

export type Manifest = z.infer<typeof manifestSchema>;
