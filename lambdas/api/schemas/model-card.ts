/** The contract of the model card: `training/centinela_training/card` writes it, and nothing here changes it. */

import * as z from 'zod';

const text = z.string().min(1);

const figure = z
  .strictObject({
    value: z.number().nullable().describe('Null where it is undefined.'),
    interval: z.tuple([z.number(), z.number()]).nullable().describe('95 %.'),
    unit: z.enum(['share', 'number', 'count']).describe('`share`: 0 to 1.'),
    source: text.describe('The report of the training run, or the manifest, that holds the number.'),
    path: z.array(z.union([z.string(), z.int()])).describe('Keys and indices in it.'),
    text: text.describe('As it is written in this language.'),
  })
  .describe('A number, and where it comes from.');

const block = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('text').describe('Paragraphs.'),
    points: z.array(text).min(1).describe('One each.'),
  }),
  z.strictObject({
    type: z.literal('table').describe('A table.'),
    title: text.describe('Its heading.'),
    columns: z.array(text).min(1).describe('Headings of its columns.'),
    rows: z
      .array(z.array(z.union([text, figure])))
      .min(1)
      .describe('A cell for each column.'),
    sources: z.array(text).describe('The reports that its figures come from.'),
  }),
  z.strictObject({
    type: z.literal('image').describe('A plot.'),
    path: text.describe('In the project.'),
    alt: text.describe('What it shows, in words.'),
  }),
]);

/** Text, tables and plots, in their order. */
const blocks = (what: string) => z.array(block).min(1).describe(what);

const attribute = z.strictObject({
  number: z.int().min(1).max(31).describe('Its place in the regulation.'),
  id: text.describe('Stable name.'),
  group: text.describe('Id of its group.'),
  citation: text.describe('Of the regulation.'),
  title: text.describe('In the words of the regulation.'),
  status: z
    .enum(['stated', 'measured', 'measured_afterwards', 'not_assessed', 'not_stated', 'not_in_place'])
    .describe('Whether what it asks for was stated or measured.'),
  status_text: text.describe('The status in words.'),
  blocks: blocks('What is said of it.'),
});

export const ModelCardSchema = z
  .strictObject({
    model_version: text.describe('The version that this card belongs to: the one that answers.'),
    lang: z.enum(['es', 'en']).describe('Language of the card.'),
    created: text.describe('Date of the training run.'),
    title: text.describe('Of the card.'),
    notice: text.describe('What the model may be used for.'),
    regulation: z
      .strictObject({
        citation: text.describe('Of the regulation.'),
        title: text.describe('Of the regulation.'),
        note: text.describe('What the card has to do with it.'),
      })
      .describe('Whose attributes the card holds.'),
    in_short: blocks('The card in short.'),
    identity: blocks('Which model it is.'),
    groups: z
      .array(
        z.strictObject({
          id: text.describe('As in `group` of the attributes.'),
          title: text.describe('In words.'),
        }),
      )
      .length(9)
      .describe('Groups of the attributes, in their order.'),
    attributes: z.array(attribute).length(31).describe('The source attributes of HTI-1, in its order.'),
    annexes: z
      .array(
        z.strictObject({
          id: text.describe('Stable name.'),
          title: text.describe('In words.'),
          blocks: blocks('What it holds.'),
        }),
      )
      .min(1)
      .describe('Figures in full.'),
  })
  .describe(
    'What the model is for, what it learnt from, what was measured, and what nobody assessed. As Markdown with `Accept: text/markdown`.',
  );

export type ModelCard = z.infer<typeof ModelCardSchema>;

export const ModelCardQuerySchema = z.strictObject({
  lang: z.enum(['es', 'en']).exactOptional().describe('Language of the card; before Accept-Language.'),
});
