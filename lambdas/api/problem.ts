/** Errors as RFC 9457 problem details: one class to throw, one function to present. */

import type { Lang, Localised, TermMatch } from '../core/types.ts';
import { PROBLEMS, type ProblemCode, type ProblemKind } from './problems.ts';
import type { ProblemBody } from './schemas/problem.ts';

/** One bad place in a request. `value` and `allowed` are shown: never an identifier, a token or free text. */
export interface FieldError {
  /** JSON pointer (RFC 6901) into the request's body, or of a GET into its query; `''` is the whole of it. */
  readonly pointer: string;
  readonly code: string;
  readonly message: Localised;
  readonly value?: string | number | boolean;
  readonly allowed?: readonly (string | number)[];
  /** Of an unknown finding: what may be meant. */
  readonly suggestions?: readonly TermMatch[];
}

export interface ProblemOptions {
  readonly errors?: readonly FieldError[];
  /** Replaces the table's detail. */
  readonly detail?: Localised;
  /** Added to the table's headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer other than success, thrown from anywhere below a handler. Its status is the one of its code. */
export class ApiProblem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly errors: readonly FieldError[];
  readonly detail: Localised | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(code);
    this.name = 'ApiProblem';
    const kind: ProblemKind = PROBLEMS[code];
    this.code = code;
    this.status = kind.status;
    this.errors = options.errors ?? [];
    this.detail = options.detail ?? kind.detail;
    this.headers = { ...kind.headers, ...options.headers };
  }
}

export interface ProblemResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ProblemBody;
}

/**
 * Presents whatever was thrown. Anything but an {@link ApiProblem} becomes INTERNAL_ERROR and says nothing of
 * itself, since a message or a stack may hold a patient's data.
 */
export function toProblem(thrown: unknown, lang: Lang, requestId: string): ProblemResponse {
  const problem = thrown instanceof ApiProblem ? thrown : new ApiProblem('INTERNAL_ERROR');
  const body: ProblemBody = {
    type: `urn:centinela:problem:${problem.code}`,
    title: PROBLEMS[problem.code].title[lang],
    status: problem.status,
    code: problem.code,
    ...(problem.detail && { detail: problem.detail[lang] }),
    errors: problem.errors.map((error) => inLanguage(error, lang)),
    request_id: requestId,
  };
  const headers = {
    ...problem.headers,
    'Content-Type': 'application/problem+json',
    'Content-Language': lang,
  };
  return { status: problem.status, headers, body };
}

/** A remark with its words, and those of its suggestions, in one language. */
export function inLanguage<T extends Pick<FieldError, 'message' | 'suggestions'>>(
  { message, suggestions, ...rest }: T,
  lang: Lang,
) {
  return {
    ...rest,
    message: message[lang],
    ...(suggestions && {
      suggestions: suggestions.map((match) => ({ ...match, label: match.label[lang] })),
    }),
  };
}

/** JSON pointer (RFC 6901) of a path of keys and indices. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
