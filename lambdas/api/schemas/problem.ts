/** The body of an `application/problem+json` answer (RFC 9457), in one language. */

import * as z from 'zod';
import { PROBLEMS, type ProblemCode } from '../problems.ts';
import { requestId, suggestions } from './parts.ts';

export const ProblemSchema = z
  .strictObject({
    type: z.string().describe('URN of the code.'),
    title: z.string().describe('The code in words, in the language of the header `Content-Language`.'),
    status: z.int().min(400).max(599).describe('HTTP status, as that of the answer.'),
    code: z
      .enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]])
      .describe('Stable: decide by this.'),
    detail: z.string().exactOptional().describe('What can be done about it.'),
    errors: z
      .array(
        z.strictObject({
          pointer: z
            .string()
            .describe(
              "JSON pointer (RFC 6901) into the request's body; of a GET into its query, as in `/q`.",
            ),
          code: z.string().describe('Stable, as OUT_OF_RANGE.'),
          message: z.string().describe('What is wrong and what is allowed, in words.'),
          value: z.union([z.string(), z.number(), z.boolean()]).exactOptional().describe('What was given.'),
          allowed: z
            .array(z.union([z.string(), z.number()]))
            .readonly()
            .exactOptional()
            .describe('What is allowed: a range, a maximum, names, types or a pattern.'),
          suggestions,
        }),
      )
      .describe('Each bad place in the request; empty where the code says it all.'),
    request_id: requestId,
  })
  .meta({ description: 'Why a request was not answered.' });

export type ProblemBody = z.infer<typeof ProblemSchema>;
