/** Parts that several answers share. */

import * as z from 'zod';

/** As our own ids are written. */
export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const probability = z.number().min(0).max(1);

/** Words are in the answer's language. */
const name = z.string().describe("In the answer's language.");

export const nameLang = z
  .enum(['es', 'en'])
  .exactOptional()
  .describe("The name's language where it does not exist in the answer's.");

export const finding = z.strictObject({ id: z.string().describe('HPO id, or an id of our own.'), name });

export const rule = z.strictObject({ id: z.string().describe('Of the red-flag rule.'), name });

export const condition = {
  code: z
    .string()
    .describe('OMIM, ORPHA, DECIPHER, ICD10, DOID or MESH with its prefix; CEN where none of them has it.'),
  name,
};

export const predictionId = z
  .string()
  .meta({ pattern: UUID.source })
  .describe('Names this prediction in feedback and when it is read again.');

export const modelVersion = z.string().describe('Version of the models.');

export const requestId = z.string().describe('As in the header `X-Request-Id`.');

export const source = z
  .strictObject({
    title: z.string().describe('Of the text, in its own language.'),
    publisher: z.string().describe('Who stands for it.'),
    section: z.string().describe('Where in the text it stands.'),
    url: z.string().describe('Address of the text.'),
    year: z.string().exactOptional().describe('Of the edition that was read.'),
  })
  .describe('Where it was read.');

/** A finding that a name may mean. */
export const termMatch = z.strictObject({
  id: z.string().describe('HPO id, or an id of our own.'),
  slug: z
    .string()
    .exactOptional()
    .describe('Spanish name for requests, as `dolor_pecho`; not every finding has one.'),
  label: z.string().describe("Name in the answer's language."),
  matched: z.string().describe('The name that matched.'),
  negated: z
    .literal(true)
    .exactOptional()
    .describe('What was written says that the finding is not there ("sin fiebre"): it belongs in `absent`.'),
});

export const suggestions = z
  .array(termMatch)
  .exactOptional()
  .describe('Of an unknown finding: up to five that may be meant, best first.');
