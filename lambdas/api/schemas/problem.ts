/** The body of an `application/problem+json` answer (RFC 9457), in one language. */

import { z } from 'zod';
import { PROBLEMS, type ProblemCode } from '../problems.ts';
import { termMatchSchema } from './fields.ts';

export const ProblemSchema = z
  .strictObject({
    type: z.string().describe('URN of the code.'),
    title: z.string(),
    status: z.int().min(400).max(599),
    code: z
      .enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]])
      .describe('Stable: decide by this.'),
    detail: z.string().exactOptional(),
    errors: z.array(
      z.strictObject({
        pointer: z
          .string()
          .describe("JSON pointer (RFC 6901) into the request's body; of a GET into its query, as in `/q`."),
        code: z.string(),
        message: z.string(),
        value: z.union([z.string(), z.number(), z.boolean()]).exactOptional().describe('What was given.'),
        allowed: z
          .array(z.union([z.string(), z.number()]))
          .readonly()
          .exactOptional()
          .describe('What is allowed: a range, a maximum, names, types or a pattern.'),
        suggestions: z
          .array(termMatchSchema)
          .exactOptional()
          .describe('Of an unknown finding: up to five that may be meant, best first.'),
      }),
    ),
    request_id: z.string(),
  })
  .meta({ description: 'Why a request was not answered.' });

export type ProblemBody = z.infer<typeof ProblemSchema>;
