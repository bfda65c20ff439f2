/** Runs a zod schema over a request's body and puts every failure into words, in both languages. */

import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import type { Localised } from '../core/types.ts';
import { ApiProblem, type FieldError, jsonPointer } from './problem.ts';
import type { CheckParams } from './schemas/fields.ts';

/** More than any request within the schemas' limits can hold; keeps an answer smaller than its request. */
const MAX_ERRORS = 1000;
/** Longest text of the caller's that a message repeats, in UTF-16 units. */
const MAX_SHOWN = 64;
/** Longest name of the caller's in a pointer; above it the pointer is the parent's. */
const MAX_NAME = 200;

type Path = readonly PropertyKey[];
type Allowed = readonly (string | number)[];

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

function missing(path: Path): FieldError {
  return {
    pointer: jsonPointer(path),
    code: 'MISSING_FIELD',
    message: {
      es: `Falta el campo obligatorio ${es(path)}.`,
      en: `The required field ${en(path)} is missing.`,
    },
  };
}

const TYPES: Readonly<Record<string, Localised>> = {
  number: { es: 'un número', en: 'a number' },
  string: { es: 'un texto', en: 'a string' },
  boolean: { es: 'true o false', en: 'true or false' },
  array: { es: 'una lista', en: 'an array' },
  object: { es: 'un objeto', en: 'an object' },
  null: { es: 'null', en: 'null' },
  infinity: { es: 'un número demasiado grande', en: 'a number too large to hold' },
};

/** zod calls an object that is a map a record, and whole numbers int; JSON does not. */
const jsonType = (expected: string): string => ({ record: 'object', int: 'number' })[expected] ?? expected;

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && !Number.isFinite(value) ? 'infinity' : typeof value;
}

function wrongType(path: Path, value: unknown, expected: readonly string[]): FieldError {
  const allowed = expected.map(jsonType);
  const given = TYPES[typeOf(value)];
  return {
    pointer: jsonPointer(path),
    code: 'WRONG_TYPE',
    message: {
      es: `${es(path)} debe ser ${allowed.map((type) => TYPES[type]?.es).join(' o ')}; se recibió ${given?.es}.`,
      en: `${en(path)} must be ${allowed.map((type) => TYPES[type]?.en).join(' or ')}; ${given?.en} was given.`,
    },
    allowed,
  };
}

function notAllowed(path: Path, value: unknown, allowed: Allowed): FieldError {
  // A word or a number, as an enumeration's are: anything else may be an identifier or a note in the wrong field.
  const isWord = typeof value === 'string' && /^[\p{L}_]{1,32}$/u.test(value);
  const given = isWord || (typeof value === 'number' && Number.isFinite(value)) ? value : undefined;
  const list = allowed.join(', ');
  return {
    pointer: jsonPointer(path),
    code: 'NOT_ALLOWED_VALUE',
    message: {
      es: `${es(path)} ${given === undefined ? 'no es válido' : `vale «${given}»`}; se admite: ${list}.`,
      en: `${en(path)} ${given === undefined ? 'is not valid' : `is "${given}"`}; allowed: ${list}.`,
    },
    ...(given !== undefined && { value: given }),
    allowed,
  };
}

function unknownField(path: Path, key: string, allowed: readonly string[]): FieldError {
  const nearest = key.length <= MAX_SHOWN ? nearestOf(key, allowed) : undefined;
  const full = [...path, key];
  const list = allowed.join(', ');
  return {
    pointer: jsonPointer(key.length <= MAX_NAME ? full : path),
    code: 'UNKNOWN_FIELD',
    message: {
      es: `El campo ${es(full)} no existe${nearest ? `; ¿quería decir «${nearest}»?` : '.'} Campos admitidos: ${list}.`,
      en: `There is no field ${en(full)}${nearest ? `; did you mean "${nearest}"?` : '.'} Allowed fields: ${list}.`,
    },
    allowed,
  };
}

function nearestOf(key: string, names: readonly string[]): string | undefined {
  const [best] = names
    .map((name) => ({ name, edits: distance(key.toLowerCase(), name) }))
    .sort((a, b) => a.edits - b.edits);
  return best && best.edits <= Math.max(1, Math.floor(key.length / 3)) ? best.name : undefined;
}

function badName(path: Path, key: string): FieldError {
  return {
    pointer: jsonPointer(path),
    code: 'BAD_NAME',
    message: {
      es: `Un nombre de ${es(path)} tiene ${key.length} caracteres; se admiten de 1 a ${MAX_NAME}.`,
      en: `A name in ${en(path)} has ${key.length} characters; 1 to ${MAX_NAME} are allowed.`,
    },
    allowed: [1, MAX_NAME],
  };
}

function tooBig(path: Path, value: unknown, max: number): FieldError {
  return Array.isArray(value) ? tooMany(path, value.length, max) : tooLong(path, String(value).length, max);
}

function tooMany(path: Path, count: number, max: number): FieldError {
  return {
    pointer: jsonPointer(path),
    code: 'TOO_MANY',
    message: {
      es: `${es(path)} tiene ${count} elementos; el máximo es ${max}.`,
      en: `${en(path)} has ${count} items; the maximum is ${max}.`,
    },
    value: count,
    allowed: [max],
  };
}

function tooLong(path: Path, length: number, max: number): FieldError {
  return {
    pointer: jsonPointer(path),
    code: 'TOO_LONG',
    message: {
      es: `${es(path)} tiene ${length} caracteres; el máximo es ${max}.`,
      en: `${en(path)} has ${length} characters; the maximum is ${max}.`,
    },
    allowed: [max],
  };
}

function tooShort(path: Path, value: unknown, min: number): FieldError {
  const length = Array.isArray(value) ? value.length : String(value).length;
  return {
    pointer: jsonPointer(path),
    code: 'TOO_SHORT',
    message: {
      es: `La longitud de ${es(path)} es ${length}; el mínimo es ${min}.`,
      en: `The length of ${en(path)} is ${length}; the minimum is ${min}.`,
    },
    allowed: [min],
  };
}

function custom(path: Path, body: unknown, params: CheckParams): FieldError {
  const value = valueAt(body, path);
  switch (params.code) {
    case 'BAD_FORMAT':
      return {
        pointer: jsonPointer(path),
        code: params.code,
        message: {
          es: `${es(path)} no tiene el formato admitido: ${params.words.es}.`,
          en: `${en(path)} does not have the allowed format: ${params.words.en}.`,
        },
        allowed: params.allowed,
      };
    case 'TOO_MANY':
      return tooMany(path, Object.keys(value as object).length, params.max);
    case 'INCONSISTENT': {
      const sibling = [...path.slice(0, -1), params.notAbove];
      const limit = valueAt(body, sibling) as number;
      return {
        pointer: jsonPointer(path),
        code: params.code,
        message: {
          es: `${es(path)} vale ${value}; no puede superar a ${es(sibling)}, que vale ${limit}.`,
          en: `${en(path)} is ${value}; it cannot exceed ${en(sibling)}, which is ${limit}.`,
        },
        value: value as number,
      };
    }
    case 'OUT_OF_RANGE': {
      const { min, max, unit } = params;
      return {
        pointer: jsonPointer(path),
        code: params.code,
        message: {
          es: `${es(path)} vale ${value}; se admite de ${min} a ${max} (${unit.es}).`,
          en: `${en(path)} is ${value}; ${min} to ${max} is allowed (${unit.en}).`,
        },
        value: value as number,
        allowed: [min, max],
      };
    }
  }
}

const es = (path: Path): string => (path.length === 0 ? 'El cuerpo' : `«${shown(path)}»`);
const en = (path: Path): string => (path.length === 0 ? 'The body' : `"${shown(path)}"`);

function shown(path: Path): string {
  const text = path.map(String).join('.');
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN - 1)}…`;
}

function valueAt(body: unknown, path: Path): unknown {
  let value = body;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
