/** What an answer says of its reasons: parts of the response of POST /v1/predict. */

import * as z from 'zod';
import { SEVERITIES } from '../../core/types.ts';
import { condition, finding, probability, rule } from './parts.ts';

const METHODS = ['shapley', 'likelihood_ratio', 'profile_features'] as const;
const UNITS = ['probability', 'log_likelihood_ratio', 'logit'] as const;

const how = {
  method: z
    .enum(METHODS)
    .describe(
      'Trained condition: Shapley values of the served ensemble. Orphan: likelihood ratios. Known from texts: its features.',
    ),
  unit: z
    .enum(UNITS)
    .describe(
      'Of the effects. `probability`: of the condition within the part of the trained conditions, before the parts are joined.',
    ),
  exact: z.boolean().describe('False: Shapley values sampled, for more than ten items; they still add up.'),
};

const BASELINE = 'With no finding, unknown sex and the reference age.';
const VALUE = 'With all that the request tells: the baseline and all effects together.';

export const explanationOf = z
  .strictObject({
    ...condition,
    kind: z.enum(['common', 'orphan']).describe('As in `top_conditions`.'),
    ...how,
    baseline: probability.nullable().describe(BASELINE),
    value: probability.nullable().describe(VALUE),
    note: z.string().describe('What the effects are measured against.'),
  })
  .nullable()
  .describe(
    'The condition that `explanation` is about, the first; baseline and value are null unless the method is `shapley`. Null if not asked for, or if the models failed.',
  );

export const urgencyExplanation = z
  .strictObject({
    unit: z.literal('probability').describe('Of the effects, the baseline and the value.'),
    exact: how.exact,
    baseline: probability.describe(BASELINE),
    value: probability.describe(VALUE),
    effects: z
      .record(z.string(), z.number())
      .describe('By finding, `age` and `sex`; negative where they speak against urgency.'),
    note: z.string().describe('What the effects are measured against.'),
  })
  .nullable()
  .describe(
    'Shapley values of the urgent trained conditions’ probability together, within their part. Null if not asked for, or if the models failed.',
  );

const effect = z.strictObject({
  id: z.string().describe('Of the finding, or `age` or `sex`.'),
  name: z.string().describe("In the answer's language; says so where the finding is absent."),
  effect: z.number().describe('In `unit`; above 0 it speaks for the condition.'),
});

export const conditionEvidence = z
  .strictObject({
    ...how,
    for: z
      .array(effect)
      .max(10)
      .describe('What speaks for it, the strongest first; `age` and `sex` among it.'),
    against: z.array(effect).max(10).describe('What speaks against it, the strongest first.'),
    unexplained: z
      .array(finding)
      .max(10)
      .describe('Complaints of today that nothing known of the condition explains.'),
    not_asked: z
      .array(
        z.strictObject({
          ...finding.shape,
          frequency: probability
            .exactOptional()
            .describe(
              'Share of its patients: of an orphan condition as annotated and published, of a trained one that no text describes among simulated patients. Missing where no source counts.',
            ),
        }),
      )
      .max(5)
      .describe('Its most telling typical findings that were neither told nor implied.'),
  })
  .exactOptional()
  .describe('Why the condition stands where it does; missing if not asked for.');

export const similarPatients = z
  .array(
    z.strictObject({
      pmid: z.array(z.int().min(1)).describe('PubMed ids of the report.'),
      similarity: probability.describe('simGIC: information shared over information told of either.'),
      shared: z.array(finding).max(10).describe('Findings of both.'),
      sex: z
        .enum(['M', 'F'])
        .exactOptional()
        .describe('Of the published patient; missing where the report does not tell.'),
      age_years: z
        .number()
        .min(0)
        .max(120)
        .exactOptional()
        .describe('Of the published patient, in years; missing where the report does not tell.'),
    }),
  )
  .max(3)
  .exactOptional()
  .describe('Published patients of an orphan condition who are most like this one; missing for others.');

const changed = <T extends z.ZodType>(value: T, what: string) =>
  z
    .strictObject({ from: value.describe('As it is.'), to: value.describe('As it would be.') })
    .exactOptional()
    .describe(what);
const given = z.union([z.number(), z.string(), z.boolean()]);

export const counterfactuals = z
  .strictObject({
    changes: z
      .array(
        z.strictObject({
          kind: z
            .enum(['finding_denied', 'vital_sign'])
            .describe('A finding taken for absent, or another value of a vital sign.'),
          id: z.string().describe('Id of the finding, or name of the vital sign.'),
          name: z.string().describe("In the answer's language."),
          from: given.exactOptional().describe('The vital sign as it was given, in the unit of the request.'),
          to: given.exactOptional().describe('The vital sign that was tried, in the same unit.'),
          becomes: z
            .strictObject({
              first_condition: changed(
                z.strictObject({ id: condition.code, name: condition.name }),
                'Of `top_conditions`.',
              ),
              severity: changed(z.enum(SEVERITIES), 'Of the answer.'),
              requires_immediate_attention: changed(z.boolean(), 'Of the answer.'),
              red_flags_added: z.array(rule).exactOptional().describe('Rules that would fire.'),
              red_flags_removed: z.array(rule).exactOptional().describe('Rules that would no longer fire.'),
            })
            .describe('What the change would make of the answer; what it would leave is missing.'),
          text: z.string().describe('The change and what it would make of the answer, in words.'),
        }),
      )
      .describe('Each alone, not together.'),
    findings: z.int().min(0).describe('Present findings that could be denied.'),
    findings_tried: z.int().min(0).describe('How many of them were, each with a whole prediction.'),
    note: z.string().describe('What was reckoned anew.'),
  })
  .nullable()
  .describe(
    'Single changes that would change the first condition, the severity, the urgency or the rules. Null if not asked for, or if the models failed.',
  );
