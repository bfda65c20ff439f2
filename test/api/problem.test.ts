import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiProblem, jsonPointer, toProblem } from '../../lambdas/api/problem.ts';
import { PROBLEMS, type ProblemCode } from '../../lambdas/api/problems.ts';
import { ProblemSchema } from '../../lambdas/api/schemas/problem.ts';

const CODES = Object.keys(PROBLEMS) as ProblemCode[];

describe('PROBLEMS', () => {
  it.each(CODES)('%s is presented in both languages, by the contract', (code) => {
    const spanish = toProblem(new ApiProblem(code), 'es', 'req-1');
    const english = toProblem(new ApiProblem(code), 'en', 'req-1');

    for (const [lang, { status, headers, body }] of [['es', spanish] as const, ['en', english] as const]) {
      expect(ProblemSchema.parse(body)).toEqual(body);
      expect(body).toMatchObject({
        type: `urn:centinela:problem:${code}`,
        code,
        status,
        request_id: 'req-1',
      });
      expect(headers).toMatchObject({ 'Content-Type': 'application/problem+json', 'Content-Language': lang });
    }
    expect(spanish.body.title).not.toBe(english.body.title);
    expect(spanish.body.detail === undefined).toBe(english.body.detail === undefined);
  });

  it.each([
    ['MALFORMED_JSON', 400],
    ['FORBIDDEN_KEY', 400],
    ['UNAUTHORIZED', 401],
    ['FORBIDDEN', 403],
    ['NOT_FOUND', 404],
    ['PREDICTION_NOT_FOUND', 404],
    ['METRICS_ELSEWHERE', 404],
    ['METHOD_NOT_ALLOWED', 405],
    ['IDEMPOTENCY_IN_FLIGHT', 409],
    ['PAYLOAD_TOO_LARGE', 413],
    ['UNSUPPORTED_MEDIA_TYPE', 415],
    ['VALIDATION_FAILED', 422],
    ['UNKNOWN_FINDING', 422],
    ['NO_FINDINGS', 422],
    ['CONTRADICTION', 422],
    ['IDEMPOTENCY_KEY_REUSED', 422],
    ['TOO_MANY_REQUESTS', 429],
    ['INTERNAL_ERROR', 500],
    ['MODEL_UNAVAILABLE', 503],
    ['STORE_UNAVAILABLE', 503],
  ] as const)('%s keeps its status %i', (code, status) => {
    expect(new ApiProblem(code).status).toBe(status);
  });
});

describe('toProblem', () => {
  it('presents the field errors in the language asked for, with value and allowed', () => {
    const message = { es: 'no', en: 'not so' };
    const problem = new ApiProblem('VALIDATION_FAILED', {
      errors: [{ pointer: '/age', code: 'OUT_OF_RANGE', message, value: 130, allowed: [0, 120] }],
    });

    const { body } = toProblem(problem, 'en', 'r');

    expect(body.errors).toEqual([
      { pointer: '/age', code: 'OUT_OF_RANGE', message: 'not so', value: 130, allowed: [0, 120] },
    ]);
  });

  it('adds headers of the throw to those of the table', () => {
    expect(toProblem(new ApiProblem('UNAUTHORIZED'), 'es', 'r').headers['WWW-Authenticate']).toMatch(
      /^Bearer/,
    );
    const limited = new ApiProblem('TOO_MANY_REQUESTS', { headers: { 'Retry-After': '7' } });
    expect(toProblem(limited, 'es', 'r').headers['Retry-After']).toBe('7');
  });

  it('says nothing of an unknown exception', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 20 }), (secret) => {
        const { status, body } = toProblem(new TypeError(secret), 'es', 'r');

        expect(status).toBe(500);
        expect(body).toEqual(toProblem(new ApiProblem('INTERNAL_ERROR'), 'es', 'r').body);
        expect(JSON.stringify(body)).not.toContain(secret);
      }),
    );
    for (const thrown of [undefined, null, 'text', { code: 'NOT_FOUND', status: 404 }]) {
      expect(toProblem(thrown, 'en', 'r').status).toBe(500);
    }
  });
});

describe('jsonPointer', () => {
  it('is read back by the steps of RFC 6901', () => {
    const read = (pointer: string) =>
      pointer
        .split('/')
        .slice(1)
        .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));

    fc.assert(
      fc.property(fc.array(fc.string()), (path) => {
        expect(read(jsonPointer(path))).toEqual(path);
      }),
    );
  });

  it('escapes as the RFC shows', () => {
    expect(jsonPointer([])).toBe('');
    expect(jsonPointer(['a/b', 'm~n', 0, ''])).toBe('/a~1b/m~0n/0/');
  });
});
