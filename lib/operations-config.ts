/** What a stage's operations may be told: who is called, when, and what follows. */

import { z } from 'zod';

const emails = z.array(z.email()).default([]);

export const operationsSchema = z.strictObject({
  emails: z
    .strictObject({
      critical: emails.describe('Who gets up at night.'),
      warning: emails.describe('Who looks the same day.'),
      info: emails.describe('Who reads it in the week.'),
    })
    .prefault({})
    .describe('Addresses that get the alarms of each severity; each confirms a message of AWS first.'),
  alarms: z
    .strictObject({
      errorPercent: z
        .number()
        .positive()
        .max(100)
        .default(5)
        .describe('Critical above so many 5xx in a hundred answers, over five minutes.'),
      p99Ms: z
        .int()
        .min(1)
        .default(1_000)
        .describe('Warning where one answer in a hundred takes longer, for ten minutes.'),
      confidence: z
        .number()
        .min(0)
        .max(1)
        .default(0.6)
        .describe('Warning where the mean confidence is below, for thirty minutes.'),
      drift: z
        .number()
        .min(0)
        .max(1)
        .default(0.7)
        .describe('Warning, and a new training, above this share of drifted features.'),
      sloAvailability: z
        .number()
        .min(0.9)
        .lt(1)
        .default(0.999)
        .describe('Share of requests that must not end in a 5xx.'),
      sloP99Ms: z
        .int()
        .min(1)
        .default(500)
        .describe('Milliseconds within which ninety-nine of a hundred requests must be answered.'),
    })
    .prefault({})
    .describe('Thresholds of the alarms.'),
  dispatchWindowHours: z
    .int()
    .min(1)
    .max(168)
    .default(24)
    .describe('Hours in which an alarm that rings again starts no second training.'),
  monthlyBudgetUsd: z
    .number()
    .positive()
    .default(300)
    .describe('Of the whole account; a warning at 80 % spent, and where the month is forecast to exceed it.'),
  trailLogGroup: z
    .string()
    .regex(/^[\w./#-]{1,512}$/, 'the name of a log group')
    .exactOptional()
    .describe('CloudWatch log of the account’s CloudTrail: turns on the CIS security alarms.'),
});

export const githubSchema = z.strictObject({
  owner: z
    .string()
    .regex(/^[A-Za-z\d](?:[A-Za-z\d]|-(?=[A-Za-z\d])){0,38}$/, 'a user or organisation')
    .describe('Who owns the repository: a user or an organisation.'),
  repo: z
    .string()
    .regex(/^[\w.-]{1,100}$/, 'the name of a repository')
    .describe('Name of the repository that holds the workflows.'),
  environment: z
    .string()
    .regex(/^[\w-]{1,100}$/, 'letters, digits, _ and -')
    .describe('GitHub environment whose jobs may deploy this stage.'),
  tokenSecret: z
    .string()
    .regex(/^[\w/+=.@-]{1,512}$/, 'the name of a secret')
    .default('centinela/github-token')
    .describe(
      'Secret (plain text) with a token that may write the repository’s contents; made by hand, first.',
    ),
  providerArn: z
    .string()
    .startsWith('arn:')
    .exactOptional()
    .describe(
      'GitHub’s OIDC provider, where the account has it: it holds one. Made by the stack without it.',
    ),
});

export const webSchema = z.strictObject({
  domain: z
    .strictObject({
      name: z.string().describe('Such as centinela.example.org.'),
      certificateArn: z
        .string()
        .startsWith('arn:aws:acm:us-east-1:', 'a certificate of ACM in us-east-1, where CloudFront looks')
        .describe('In us-east-1.'),
    })
    .exactOptional()
    .describe('Own domain, with TLS 1.2 at least; CloudFront’s own, which takes TLS 1.0, without it.'),
});
