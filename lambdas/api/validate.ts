/** Runs a zod schema over a request's body and tells every failure. */

import * as z from 'zod';
import {
  type Allowed,
  badFormat,
  badName,
  inconsistent,
  missing,
  notAllowed,
  outOfRange,
  type Path,
  tooBig,
  tooMany,
  tooShort,
  unknownField,
  wrongType,
} from './field-errors.ts';
import { ApiProblem, type FieldError } from './problem.ts';
import type { CheckParams } from './schemas/fields.ts';

/** More than any request within the schemas' limits can hold; keeps an answer smaller than its request. */
const MAX_ERRORS = 1000;

/**
 * The body as the schema's type, every bad field reported at once.
 *
 * @throws ApiProblem VALIDATION_FAILED. Each error repeats numbers, short enumeration words and field names only.
 */
export function validate<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const result = schema.safeParse(body, { error: namesOfFields });
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue) => describe(issue, [], body));
  throw new ApiProblem('VALIDATION_FAILED', { errors: withoutInsides(errors).slice(0, MAX_ERRORS) });
}

/** An unknown field's issue does not tell the known ones: they travel as its message. */
function namesOfFields(issue: z.core.$ZodRawIssue): string | undefined {
  const { inst } = issue;
  return inst instanceof z.ZodObject ? Object.keys(inst.shape).join(' ') : undefined;
}

/** Of a list that is too long only that is said, not also what is wrong with 10,000 items. */
function withoutInsides(errors: readonly FieldError[]): readonly FieldError[] {
  const full = errors.filter(({ code }) => code === 'TOO_MANY').map(({ pointer }) => `${pointer}/`);
  return errors.filter(({ pointer }) => !full.some((prefix) => pointer.startsWith(prefix)));
}

function describe(issue: z.core.$ZodIssue, base: Path, body: unknown): FieldError[] {
  const path = [...base, ...issue.path];
  const value = valueAt(body, path);
  switch (issue.code) {
    case 'invalid_type':
      return [value === undefined ? missing(path) : wrongType(path, value, [issue.expected])];
    case 'invalid_value':
      return [value === undefined ? missing(path) : notAllowed(path, value, issue.values as Allowed)];
    case 'invalid_union':
      return describeUnion(issue.errors, path, body);
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownField(path, key, issue.message.split(' ')));
    case 'invalid_key':
      return [badName(path.slice(0, -1), String(path.at(-1)))];
    case 'too_big':
      return [tooBig(path, value, Number(issue.maximum))];
    case 'too_small':
      return [tooShort(path, value, Number(issue.minimum))];
    case 'custom':
      return [custom(path, body, issue.params as CheckParams)];
    default:
      // A kind of issue that no schema of ours can raise: a defect of a schema, not of the request.
      throw new Error(`Issue ${issue.code} has no words`);
  }
}

/** The errors of the alternative that the value was meant to be: the one whose type it has. */
function describeUnion(alternatives: readonly z.core.$ZodIssue[][], path: Path, body: unknown): FieldError[] {
  const expected: string[] = [];
  for (const issues of alternatives) {
    const other = issues.find((issue) => issue.code === 'invalid_type' && issue.path.length === 0);
    if (other?.code !== 'invalid_type') return issues.flatMap((issue) => describe(issue, path, body));
    expected.push(other.expected);
  }
  return [wrongType(path, valueAt(body, path), expected)];
}

function custom(path: Path, body: unknown, params: CheckParams): FieldError {
  const value = valueAt(body, path);
  switch (params.code) {
    case 'BAD_FORMAT':
      return badFormat(path, params);
    case 'TOO_MANY':
      return tooMany(path, Object.keys(value as object).length, params.max);
    case 'INCONSISTENT': {
      const sibling = [...path.slice(0, -1), params.notAbove];
      return inconsistent(path, value as number, sibling, valueAt(body, sibling) as number);
    }
    case 'OUT_OF_RANGE':
      return outOfRange(path, value as number, params);
  }
}

function valueAt(body: unknown, path: Path): unknown {
  let value = body;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
