/** A bad field in words, in both languages: numbers, short enumeration words and field names only. */

import { distance } from 'fastest-levenshtein';
import type { Localised } from '../core/types.ts';
import { type FieldError, jsonPointer } from './problem.ts';
import type { CheckParams } from './schemas/fields.ts';

/** Longest text of the caller's that a message repeats, in UTF-16 units. */
const MAX_SHOWN = 64;
/** Longest name of the caller's in a pointer; above it the pointer is the parent's. */
const MAX_NAME = 200;

export type Path = readonly PropertyKey[];
export type Allowed = readonly (string | number)[];

export function missing(path: Path): FieldError {
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

export function wrongType(path: Path, value: unknown, expected: readonly string[]): FieldError {
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

export function notAllowed(path: Path, value: unknown, allowed: Allowed): FieldError {
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

export function unknownField(path: Path, key: string, allowed: readonly string[]): FieldError {
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

export function badName(path: Path, key: string): FieldError {
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

export function tooBig(path: Path, value: unknown, max: number): FieldError {
  return Array.isArray(value) ? tooMany(path, value.length, max) : tooLong(path, String(value).length, max);
}

export function tooMany(path: Path, count: number, max: number): FieldError {
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

export function tooShort(path: Path, value: unknown, min: number): FieldError {
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

type Params<Code extends CheckParams['code']> = Extract<CheckParams, { code: Code }>;

export function badFormat(path: Path, { code, words, allowed }: Params<'BAD_FORMAT'>): FieldError {
  return {
    pointer: jsonPointer(path),
    code,
    message: {
      es: `${es(path)} no tiene el formato admitido: ${words.es}.`,
      en: `${en(path)} does not have the allowed format: ${words.en}.`,
    },
    allowed,
  };
}

export function inconsistent(path: Path, value: number, sibling: Path, limit: number): FieldError {
  return {
    pointer: jsonPointer(path),
    code: 'INCONSISTENT',
    message: {
      es: `${es(path)} vale ${value}; no puede superar a ${es(sibling)}, que vale ${limit}.`,
      en: `${en(path)} is ${value}; it cannot exceed ${en(sibling)}, which is ${limit}.`,
    },
    value,
  };
}

export function outOfRange(
  path: Path,
  value: number,
  { code, min, max, unit }: Params<'OUT_OF_RANGE'>,
): FieldError {
  return {
    pointer: jsonPointer(path),
    code,
    message: {
      es: `${es(path)} vale ${value}; se admite de ${min} a ${max} (${unit.es}).`,
      en: `${en(path)} is ${value}; ${min} to ${max} is allowed (${unit.en}).`,
    },
    value,
    allowed: [min, max],
  };
}

const es = (path: Path): string => (path.length === 0 ? 'El cuerpo' : `«${shown(path)}»`);
const en = (path: Path): string => (path.length === 0 ? 'The body' : `"${shown(path)}"`);

function shown(path: Path): string {
  const text = path.map(String).join('.');
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN - 1)}…`;
}
