/** What differs between stages: one typed object, checked at synth. */

import { z } from 'zod';
import { githubSchema, operationsSchema, webSchema } from './operations-config.ts';

const days = z.int().min(1).max(36_500);
/** CodeDeploy does not wait longer between the first and the last shift. */
const LONGEST_ROLLOUT_MINUTES = 48 * 60;
const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS region, such as eu-west-1');

export const stageConfigSchema = z.strictObject({
  stage: z
    .string()
    .regex(/^[a-z][a-z0-9]{1,11}$/, '2 to 12 lower-case letters and digits, a letter first')
    .describe('Part of every name, so that stages can share an account.'),
  account: z
    .string()
    .regex(/^\d{12}$/, '12 digits')
    .exactOptional()
    .describe("AWS account; the credentials' own without it."),
  region: region.describe('Where patients’ data stay.'),
  emulated: z
    .boolean()
    .describe('Leaves out, by a CloudFormation condition, the resources that an emulator cannot hold.'),
  architecture: z
    .enum(['arm64', 'x64'])
    .describe('Of the functions; arm64 is cheaper, x64 is what an emulator on a PC can run.'),
  removable: z
    .boolean()
    .describe('Whether `cdk destroy` may take the data with it: never where there are patients.'),
  retentionDays: days.describe('Days that predictions and feedback are kept (2557: seven years).'),
  auditLock: z
    .strictObject({
      mode: z
        .enum(['COMPLIANCE', 'GOVERNANCE'])
        .describe('COMPLIANCE: nobody can delete sooner, not even the account’s root.'),
      days: days.describe('Days that nobody may change or delete what was sealed.'),
    })
    .describe('Object Lock of the sealed audit.'),
  logDays: days.describe(
    'Days that logs are kept; CloudWatch knows 1, 3, 5, 7, 14, 30, 60, 90, 180, 365, 2557 and some more.',
  ),
  issuers: z
    .array(z.record(z.string(), z.unknown()))
    .describe('Further issuers of tokens, as CENTINELA_ISSUERS has them; the user pool comes first.'),
  signInPages: z
    .array(z.url())
    .min(1)
    .exactOptional()
    .describe(
      'Addresses of the clinician’s page, to which a sign-in may return; nobody signs in without it.',
    ),
  api: z
    .strictObject({
      ratePerSecond: z.int().min(1).describe('Requests a second of one hospital.'),
      burst: z.int().min(1).describe('Requests at once of one hospital.'),
      requestsPerAddress: z
        .int()
        .min(100)
        .describe('Requests in five minutes from one address, over which the firewall blocks it.'),
      allowList: z.array(z.cidrv4()).describe('Addresses that may call; everybody where it is empty.'),
      domain: z
        .strictObject({
          name: z.string().describe('Such as api.example.org.'),
          certificateArn: z.string().startsWith('arn:').describe('In the stage’s region.'),
          truststore: z
            .string()
            .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]+\/.+$/, 's3://bucket/key')
            .exactOptional()
            .describe(
              'PEM file with the authorities of the clients’ certificates: turns on mutual TLS. A changed file needs a new key.',
            ),
        })
        .exactOptional()
        .describe('Own domain; the API keeps its default address without it.'),
    })
    .describe('The HTTP API.'),
  warm: z
    .strictObject({
      min: z.int().min(1).describe('Outside the hours.'),
      max: z.int().min(1).describe('Within the hours.'),
      from: z.string().startsWith('cron(').describe('When there are `max`: a cron of EventBridge, UTC.'),
      to: z.string().startsWith('cron(').describe('When there are `min` again.'),
    })
    .exactOptional()
    .describe(
      'Predicting functions kept warm. A rollout pauses the crons: name every hour, so that the next makes up for one that was missed.',
    ),
  rollout: z
    .strictObject({
      shift: z
        .enum(['canary', 'linear'])
        .describe(
          'canary: `percent` of the traffic, and after `minutes` the rest; linear: `percent` more every `minutes`.',
        ),
      percent: z.int().min(1).max(99).describe('Of the traffic, at first or at a time.'),
      minutes: z.int().min(1).describe('Between two shifts.'),
    })
    .refine(
      ({ shift, percent, minutes }) =>
        minutes * (shift === 'canary' ? 1 : Math.ceil(100 / percent) - 1) <= LONGEST_ROLLOUT_MINUTES,
      `takes longer than the ${LONGEST_ROLLOUT_MINUTES} minutes that are allowed`,
    )
    .default({ shift: 'canary', percent: 10, minutes: 5 })
    .describe('How the traffic moves to a new version of the predicting function.'),
  operations: operationsSchema.prefault({}).describe('Alarms, budget, and what follows from them.'),
  github: githubSchema
    .exactOptional()
    .describe('Repository that trains and deploys; without it alarms start no training, and people deploy.'),
  web: webSchema.prefault({}).describe('The clinician’s page.'),
  replicaRegion: region
    .exactOptional()
    .describe('Second region for tables and buckets (RPO 1 h, RTO 4 h); none without it.'),
});

/** Everything that the stacks ask of a stage. */
export type StageConfig = z.infer<typeof stageConfigSchema>;

/** A value of a stage's configuration cannot be used; the message says which, what was given and what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** @throws ConfigError naming every bad value. */
export function parseConfig(given: unknown): StageConfig {
  const parsed = stageConfigSchema.safeParse(given, { reportInput: true });
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message, input }) => {
      const value = input === undefined ? '' : `: given ${JSON.stringify(input)}`;
      return `${path.join('.') || 'config'}${value}: ${message}`;
    });
    throw new ConfigError(`The stage's configuration cannot be used.\n${faults.join('\n')}`);
  }
  const config = parsed.data;
  if (config.auditLock.mode === 'COMPLIANCE' && config.removable)
    throw new ConfigError(
      'auditLock.mode: given "COMPLIANCE" with removable: true; a removable stage needs "GOVERNANCE"',
    );
  if (config.replicaRegion === config.region)
    throw new ConfigError(`replicaRegion: given "${config.region}", which is the stage's own region`);
  return config;
}
