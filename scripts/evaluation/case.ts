/** A case to score: a request as POSTed to /v1/predict, and the truth about the patient. */

import { z } from 'zod';
import { SEVERITIES } from '../../lambdas/core/types.ts';

const caseSchema = z.object({
  id: z.string().optional(),
  /** As POSTed to /v1/predict. */
  request: z.unknown().refine((request) => request !== undefined, 'is missing'),
  truth: z.object({
    /** Any of them is the diagnosis. */
    codes: z.array(z.string()).min(1),
    severity: z.enum(SEVERITIES).optional(),
    urgent: z.boolean().optional(),
  }),
  /** The papers that the case comes from. */
  pmids: z.array(z.union([z.string(), z.number()])).optional(),
  /** Cases that share more than chance would have it, such as a gene or a hospital: intervals resample cohorts. */
  cohort: z.string().optional(),
});

export type Case = z.infer<typeof caseSchema>;

/** Where a case was read. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** One case of the input, or what is wrong with it: the field and the reason. */
export type CaseLine = Place & ({ readonly case: Case } | { readonly fault: string });

/** What is wrong with one field of the input. */
export class Fault extends Error {
  override readonly name = 'Fault';

  constructor(field: string, reason: string) {
    super(field === '' ? reason : `${field}: ${reason}`);
  }
}

/** The value as the schema has it. @throws Fault naming the first bad field. */
export function parseAs<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Fault(issue?.path.join('.') ?? '', issue?.message ?? 'is not as it should be');
}

/** A line of our own format. @throws Fault */
export const parseCase = (value: unknown): Case => parseAs(caseSchema, value);
