/** What to ask next: in the answer of POST /v1/predict, and of GET /v1/predictions/{id}/next-questions. */

import * as z from 'zod';
import { WAYS } from '../../core/types.ts';
import { format } from './fields.ts';
import { condition, modelVersion, nameLang, predictionId, probability, requestId } from './parts.ts';

/** Of what an answer would lead to. */
const LOOK_AHEAD =
  'By the look-ahead, which takes findings as independent given the condition: an approximation.';

const outcome = z.strictObject({
  probability: probability.describe('Of this answer.'),
  first: z
    .strictObject({
      ...condition,
      name_lang: nameLang,
      probability: probability.describe('Of the condition, after this answer.'),
    })
    .describe('The first condition after this answer.'),
});

const question = z.strictObject({
  id: z.string().describe('HPO id, or an id of our own.'),
  slug: z.string().exactOptional().describe('Spanish name for requests; not every finding has one.'),
  label: z.string().describe("Name in the answer's language."),
  kind: z
    .enum(WAYS)
    .describe(
      'How the answer is come by: asked, examined, by a test; `finding` where the vocabulary does not say.',
    ),
  utility: z.number().describe('In bits: `eig_bits` + weighted `must_not_miss_drop` - `cost_bits`.'),
  eig_bits: z.number().min(0).describe('Expected information gain over the conditions, in bits.'),
  must_not_miss_drop: probability.describe(
    'Probability of the emergencies that the answer is expected to rule out, by the absence of the finding.',
  ),
  cost_bits: z.number().min(0).describe('What the answer costs, as policy: asking, examining, testing.'),
  if_present: outcome.describe(`Should the finding be there. ${LOOK_AHEAD}`),
  if_absent: outcome.describe(`Should it not be there. ${LOOK_AHEAD}`),
  reasons: z
    .array(
      z.strictObject({
        kind: z.enum(['separates', 'rules_out']).describe('Two conditions from each other, or an emergency.'),
        conditions: z.array(z.string()).describe('Codes of the conditions meant.'),
        text: z.string().describe('The reason in words.'),
      }),
    )
    .min(1)
    .describe('Why it is worth asking.'),
});

const questions = {
  questions: z.array(question).max(20).describe('Best first; only those worth asking.'),
  should_stop: z.boolean().describe('No question is worth asking: none reaches `least_utility`.'),
  least_utility: z.number().describe('In bits: what `utility` must reach, as policy.'),
  answers_to_change: z
    .int()
    .min(1)
    .max(3)
    .nullable()
    .describe(
      'The least number of answers to the first five questions after which another condition may be first, by answers of a joint probability of 0.05 or more; null where three do not do it.',
    ),
  sufficiency: z.string().nullable().describe('`answers_to_change` in words.'),
};

export const NextQuestionsSchema = z
  .strictObject(questions)
  .describe('Findings and tests to consider next, with what they would tell.');

export type NextQuestionsBody = z.infer<typeof NextQuestionsSchema>;

export const NextQuestionsResponseSchema = z
  .strictObject({
    prediction_id: predictionId,
    model_version: modelVersion.describe('Of the models that these questions come from: the present ones.'),
    ...questions,
    request_id: requestId,
  })
  .describe("What to consider asking next, from the stored findings of a prediction by today's models.");

export type NextQuestionsResponse = z.infer<typeof NextQuestionsResponseSchema>;

export const NextQuestionsQuerySchema = z.strictObject({
  limit: format(
    /^(?:[1-9]|1\d|20)$/,
    { es: 'un número entero de 1 a 20', en: 'a whole number from 1 to 20' },
    [1, 20],
  )
    .exactOptional()
    .describe('How many questions at most, 1-20; 5 where it is not given.'),
  lang: z.enum(['es', 'en']).exactOptional().describe('Language of the words; before Accept-Language.'),
});
