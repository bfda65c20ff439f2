/** The contracts of the GET routes. */

import * as z from 'zod';
import { modelVersion, termMatch } from './parts.ts';

/** `q` as the caller typed it; `lang` as everywhere. */
export const TermsQuerySchema = z.strictObject({
  q: z
    .string()
    .min(1)
    .max(200)
    .describe(
      'A finding as people write it, or part of a name, in Spanish or English; accents, word order and slips of the pen are forgiven, and a denial ("sin fiebre") is read.',
    ),
  lang: z.enum(['es', 'en']).exactOptional().describe('Language of the labels; before Accept-Language.'),
});

export const TermsResponseSchema = z
  .strictObject({
    terms: z.array(termMatch).max(20).describe('Best first; empty where none resembles it.'),
  })
  .describe('Findings whose names resemble the query, best first.');

export type TermsResponse = z.infer<typeof TermsResponseSchema>;

export const HealthResponseSchema = z
  .strictObject({ status: z.literal('ok').describe('Always this.') })
  .describe('The process answers.');

export const ReadyResponseSchema = z
  .strictObject({
    status: z.literal('ready').describe('Always this; 503 where it is not.'),
    model_version: modelVersion,
  })
  .describe('A prediction was made with this model just now.');

export type ReadyResponse = z.infer<typeof ReadyResponseSchema>;
