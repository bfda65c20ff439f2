/** What an answer says of its reasons: parts of the response of POST /v1/predict. */

import { z } from 'zod';
import { SEVERITIES } from '../../core/types.ts';

const probability = z.number().min(0).max(1);
const named = { id: z.string(), name: z.string() };
const finding = z.strictObject(named);

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

const fromTo = {
  baseline: probability.describe('With no finding, unknown sex and the reference age.'),
  value: probability.describe('With all that the request tells: the baseline and all effects together.'),
};

export const explanationOf = z
  .strictObject({
    code: z.string(),
    name: z.string(),
    kind: z.enum(['common', 'orphan']),
    ...how,
    baseline: fromTo.baseline.nullable(),
    value: fromTo.value.nullable(),
    note: z.string().describe('What the effects are measured against.'),
  })
  .nullable()
  .describe(
    'The condition that `explanation` is about, the first; baseline and value are null unless the method is `shapley`. Null if not asked for, or if the models failed.',
  );

export const urgencyExplanation = z
  .strictObject({
    unit: z.literal('probability'),
    exact: how.exact,
    ...fromTo,
    effects: z.record(z.string(), z.number()).describe('By finding, `age` and `sex`.'),
    note: z.string(),
  })
  .nullable()
  .describe(
    'Shapley values of the urgent trained conditions’ probability together, within their part. Null if not asked for, or if the models failed.',
  );

const effect = z.strictObject({ ...named, effect: z.number() });

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
          ...named,
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
      shared: z.array(finding).max(10),
      sex: z.enum(['M', 'F']).exactOptional(),
      age_years: z.number().min(0).max(120).exactOptional(),
    }),
  )
  .max(3)
  .exactOptional()
  .describe('Published patients of an orphan condition who are most like this one; missing for others.');

const changed = <T extends z.ZodType>(value: T) => z.strictObject({ from: value, to: value }).exactOptional();
const given = z.union([z.number(), z.string(), z.boolean()]);

export const counterfactuals = z
  .strictObject({
    changes: z.array(
      z.strictObject({
        kind: z.enum(['finding_denied', 'vital_sign']),
        id: z.string().describe('Id of the finding, or name of the vital sign.'),
        name: z.string(),
        from: given.exactOptional(),
        to: given.exactOptional(),
        becomes: z
          .strictObject({
            first_condition: changed(finding),
            severity: changed(z.enum(SEVERITIES)),
            requires_immediate_attention: changed(z.boolean()),
            red_flags_added: z.array(finding).exactOptional(),
            red_flags_removed: z.array(finding).exactOptional(),
          })
          .describe('What the change would make of the answer; what it would leave is missing.'),
        text: z.string(),
      }),
    ),
    findings: z.int().min(0).describe('Present findings that could be denied.'),
    findings_tried: z.int().min(0).describe('How many of them were, each with a whole prediction.'),
    note: z.string().describe('What was reckoned anew.'),
  })
  .nullable()
  .describe(
    'Single changes that would change the first condition, the severity, the urgency or the rules. Null if not asked for, or if the models failed.',
  );
