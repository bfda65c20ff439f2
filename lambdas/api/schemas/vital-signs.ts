/** What vital signs say: part of the answer of POST /v1/predict. */

import * as z from 'zod';
import { source } from './parts.ts';

export const news2 = z
  .strictObject({
    score: z.int().min(0).max(20).describe('Points.'),
    complete: z.boolean().describe('Whether every parameter was given.'),
    missing: z.array(z.string()).describe('Parameters not given: the score is then a lower bound.'),
  })
  .nullable()
  .describe('National Early Warning Score 2; null under 16 years, in pregnancy, or without vital signs.');

export const vitalSigns = z
  .strictObject({
    out_of_range: z
      .array(
        z.strictObject({
          id: z.string().describe('Of the limit, or of the reference range.'),
          kind: z
            .enum(['limit', 'reference'])
            .describe('A sourced limit, or the reference range of the age.'),
          vital: z.string().describe('Name of the vital sign, as in the request.'),
          value: z.number().describe('As given, in the unit of the request.'),
          text: z.string().describe('The limit in words.'),
          source,
        }),
      )
      .describe('Beyond a sourced limit, or outside the reference range of the age.'),
    scores: z
      .array(
        z.strictObject({
          id: z.string().describe('Of the score.'),
          name: z.string().describe("In the answer's language."),
          points: z.int().min(0).describe('One for each criterion met.'),
          of: z.int().min(1).describe('Points at the most.'),
          met: z.array(z.string()).describe('Criteria met.'),
          missing: z.array(z.string()).describe('Not given: the points are then a lower bound.'),
          risk: z
            .string()
            .exactOptional()
            .describe('What the points mean; missing where a criterion could not be judged.'),
          source,
        }),
      )
      .describe('Scores made for a condition that is likely or was told.'),
    not_evaluated: z.array(z.string()).describe('Vital signs given that nothing evaluates in this patient.'),
  })
  .nullable()
  .describe('Vital signs beyond NEWS2; null where none was given.');
