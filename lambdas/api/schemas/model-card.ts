/** The contract of the model card: `training/centinela_training/card` writes it, and nothing here changes it. */

import { z } from 'zod';

const text = z.string().min(1);

const figure = z
  .strictObject({
    value: z.number().nullable().describe('Null where it is undefined.'),
    interval: z.tuple([z.number(), z.number()]).nullable().describe('95 %.'),
    unit: z.enum(['share', 'number', 'count']),
    source: text.describe('The report of the training run, or the manifest, that holds the number.'),
    path: z.array(z.union([z.string(), z.int()])).describe('Keys and indices in it.'),
    text: text.describe('As it is written in this language.'),
  })
  .describe('A number, and where it comes from.');

const block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), points: z.array(text).min(1) }),
  z.strictObject({
    type: z.literal('table'),
    title: text,
    columns: z.array(text).min(1),
    rows: z.array(z.array(z.union([text, figure]))).min(1),
    sources: z.array(text),
  }),
  z.strictObject({ type: z.literal('image'), path: text.describe('In the project.'), alt: text }),
]);

const attribute = z.strictObject({
  number: z.int().min(1).max(31),
  id: text,
  group: text,
  citation: text.describe('Of the regulation.'),
  title: text.describe('In the words of the regulation.'),
  status: z.enum(['stated', 'measured', 'measured_afterwards', 'not_assessed', 'not_stated', 'not_in_place']),
  status_text: text,
  blocks: z.array(block).min(1),
});

export const ModelCardSchema = z
  .strictObject({
    model_version: text.describe('The version that this card belongs to: the one that answers.'),
    lang: z.enum(['es', 'en']),
    created: text.describe('Date of the training run.'),
    title: text,
    notice: text,
    regulation: z.strictObject({ citation: text, title: text, note: text }),
    in_short: z.array(block).min(1),
    identity: z.array(block).min(1),
    groups: z.array(z.strictObject({ id: text, title: text })).length(9),
    attributes: z.array(attribute).length(31).describe('The source attributes of HTI-1, in its order.'),
    annexes: z.array(z.strictObject({ id: text, title: text, blocks: z.array(block).min(1) })).min(1),
  })
  .describe(
    'What the model is for, what it learnt from, what was measured, and what nobody assessed. As Markdown with `Accept: text/markdown`.',
  );

export type ModelCard = z.infer<typeof ModelCardSchema>;

export const ModelCardQuerySchema = z.strictObject({
  lang: z.enum(['es', 'en']).exactOptional().describe('Language of the card; before Accept-Language.'),
});
