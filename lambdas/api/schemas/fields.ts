/** Building blocks of the request schemas, whose failures `validate` can put into words. */

import * as z from 'zod';
import type { Localised } from '../../core/types.ts';

/** What a check of ours says of its failure, carried by zod as the issue's `params`. */
export type CheckParams =
  | { readonly code: 'OUT_OF_RANGE'; readonly min: number; readonly max: number; readonly unit: Localised }
  | { readonly code: 'TOO_MANY'; readonly max: number }
  | { readonly code: 'BAD_FORMAT'; readonly allowed: readonly (string | number)[]; readonly words: Localised }
  /** The field may not be above its sibling. */
  | { readonly code: 'INCONSISTENT'; readonly notAbove: string };

/** A number from `min` to `max`, both allowed. One check, so that a failure names the whole range. */
export function range(min: number, max: number, unit: Localised): z.ZodNumber {
  const params: CheckParams = { code: 'OUT_OF_RANGE', min, max, unit };
  return z
    .number()
    .refine((value) => value >= min && value <= max, { params })
    .meta({ minimum: min, maximum: max });
}

/** A string of the pattern, which `words` say: "must be ..."; `allowed` where the pattern says it worse. */
export function format(
  pattern: RegExp,
  words: Localised,
  allowed: readonly (string | number)[] = [pattern.source],
): z.ZodString {
  const params: CheckParams = { code: 'BAD_FORMAT', allowed, words };
  return z
    .string()
    .refine((value) => pattern.test(value), { params })
    .meta({ pattern: pattern.source });
}

/** An object used as a map of at most `max` names, whatever else is wrong with its values. */
export function record<V extends z.ZodType>(
  name: z.ZodString,
  value: V,
  max: number,
): z.ZodRecord<z.ZodString, V> {
  const params: CheckParams = { code: 'TOO_MANY', max };
  return z
    .record(name, value)
    .refine((given) => Object.keys(given).length <= max, { params, when: ({ value }) => isObject(value) })
    .meta({ maxProperties: max });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
