import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { BundleError } from '../../lambdas/adapters/bundle.ts';
import type { Caller } from '../../lambdas/api/claims.ts';
import { ApiProblem } from '../../lambdas/api/problem.ts';
import type { ProblemBody } from '../../lambdas/api/schemas/problem.ts';
import { handler as health } from '../../lambdas/functions/health.ts';
import { type HttpRequest, httpHandler, MAX_BODY_BYTES } from '../../lambdas/functions/http.ts';
import { handler as notFound } from '../../lambdas/functions/not-found.ts';
import { handler as openapi } from '../../lambdas/functions/openapi.ts';
import { httpEvent, type TestRequest } from '../fixtures/http-event.ts';
import { captureLog } from '../fixtures/log.ts';
import { silentMetrics } from '../fixtures/metrics.ts';

const caller: Caller = {
  user: 'user-1',
  tenant: 'hospital-1',
  role: 'MedicoGeneral',
  scopes: ['medical.diagnosis.read'],
  expiresAt: Math.floor(Date.now() / 1000) + 3600,
};

/** A handler that answers with what it was given. */
const echo = httpHandler({ route: 'predict', metrics: silentMetrics }, ({ event: _, ...request }) => ({
  body: request,
}));

/** The echo's answer to a raw body, which need not be JSON. */
async function send(body: string | null, request: TestRequest = {}, isBase64Encoded = false) {
  const event = { ...httpEvent({ caller, ...request }), body, isBase64Encoded };
  const { statusCode, headers = {}, body: text } = await echo(event);
  return { status: statusCode, headers, body: JSON.parse(text) };
}

// Read when the logger is made, which is when the handlers are imported.
vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = 'INFO';
});

const lines = captureLog();

describe('httpHandler', () => {
  it('hands over the parsed request and answers as JSON that nobody may keep', async () => {
    const request = { body: { a: [1] }, headers: { 'X-REQUEST-ID': 'req:1' }, pathParameters: { id: '7' } };

    const { status, headers, body } = await send('{"a":[1]}', request);

    expect(status).toBe(200);
    expect(body).toMatchObject({
      requestId: 'req:1',
      lang: 'es',
      caller,
      body: { a: [1] },
      pathParameters: { id: '7' },
      query: {},
    });
    expect(headers).toMatchObject({
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Language': 'es',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'X-Request-Id': 'req:1',
    });
  });

  it.each([undefined, '', 'two words', 'x'.repeat(129), 'línea', 'a\nb'])(
    'makes a request id of its own instead of %j',
    async (given) => {
      const { headers, body } = await send(
        '{}',
        given === undefined ? {} : { headers: { 'X-Request-Id': given } },
      );

      expect(headers['X-Request-Id']).toMatch(/^[0-9a-f-]{36}$/);
      expect(body.requestId).toBe(headers['X-Request-Id']);
    },
  );

  it('prefers the body for the language', async () => {
    const headers = { 'accept-language': 'es' };

    expect((await send('{"lang":"en"}', { headers })).headers['Content-Language']).toBe('en');
    expect((await send('{"lang":"fr"}', { headers })).headers['Content-Language']).toBe('es');
    expect((await send('null', { headers: { 'Accept-Language': 'en' } })).headers['Content-Language']).toBe(
      'en',
    );
  });

  it.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
  ])('takes %s', async (type) => {
    expect((await send('{}', { headers: { 'Content-Type': type } })).status).toBe(200);
  });

  it.each([
    '',
    'text/plain',
    'application/json2',
    'application/json; charset=latin1',
    'multipart/form-data; boundary=x',
  ])('refuses content of type %j', async (type) => {
    const { status, body } = await send('{}', { headers: { 'Content-Type': type } });

    expect(status).toBe(415);
    expect(body.code).toBe('UNSUPPORTED_MEDIA_TYPE');
  });

  it('refuses a compressed body', async () => {
    expect((await send('{}', { headers: { 'Content-Encoding': 'gzip' } })).status).toBe(415);
  });

  it.each([null, '', '{', '{"a":1,}', "{'a':1}", '{"a":1}{}', 'NaN', '\u0000'])(
    'refuses %j as JSON',
    async (text) => {
      const { status, headers, body } = await send(text);

      expect(status).toBe(400);
      expect(body.code).toBe('MALFORMED_JSON');
      expect(headers['Content-Type']).toBe('application/problem+json');
    },
  );

  it('never quotes a body that it cannot read', async () => {
    const { body } = await send('{"note": "Juan García Pérez"');

    expect(JSON.stringify(body)).not.toContain('Juan');
  });

  it('decodes base64 and refuses what is not UTF-8 in it', async () => {
    const text = JSON.stringify({ fiebre: 'á' });

    expect((await send(Buffer.from(text).toString('base64'), {}, true)).body.body).toEqual({ fiebre: 'á' });
    expect((await send(Buffer.from(text, 'latin1').toString('base64'), {}, true)).body.code).toBe(
      'MALFORMED_JSON',
    );
  });

  it('takes a body of 256 KB and not one byte more', async () => {
    const text = (bytes: number) => `"${'a'.repeat(bytes - 2)}"`;

    expect((await send(text(MAX_BODY_BYTES))).status).toBe(200);
    const { status, body } = await send(text(MAX_BODY_BYTES + 1));
    expect([status, body.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect((await send(`"${'á'.repeat(MAX_BODY_BYTES / 2)}"`)).status).toBe(413);
  });

  it.each([
    ['{"__proto__":{"x":1}}', '/__proto__'],
    ['{"symptoms":{"a/b":[{"__proto__":1}]}}', '/symptoms/a~1b/0/__proto__'],
    ['{"\\u005f_proto__":1}', '/__proto__'],
    ['{"constructor":{"prototype":{"x":1}}}', '/constructor'],
  ])('refuses the field names of %s', async (text, pointer) => {
    const { status, body } = await send(text);

    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'FORBIDDEN_KEY', errors: [{ pointer, code: 'FORBIDDEN_KEY' }] });
    expect(Object.prototype).not.toHaveProperty('x');
  });

  it('reads 100,000 nested arrays without falling', async () => {
    const depth = 100_000;
    const fn = vi.fn((_: HttpRequest) => ({ body: null }));

    const { statusCode } = await httpHandler(
      { route: 'predict', metrics: silentMetrics },
      fn,
    )({
      ...httpEvent({ caller }),
      body: '['.repeat(depth) + ']'.repeat(depth),
    });

    expect(statusCode).toBe(200);
    expect(fn).toHaveBeenCalledOnce();
  });

  it('hands on any JSON value as it is, or refuses its field names', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        const { status, body } = await send(text);
        if (status === 200) expect(JSON.stringify(body.body)).toBe(JSON.stringify(JSON.parse(text)));
        else expect(body.code).toBe('FORBIDDEN_KEY');
      }),
    );
  });

  it('answers any text with 200 or 400', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        expect([200, 400]).toContain((await send(text)).status);
      }),
    );
  });
});

describe('the caller', () => {
  it.each([
    ['missing', undefined],
    ['expired since the authorizer looked', { ...caller, expiresAt: Math.floor(Date.now() / 1000) - 5 }],
    ['of a role that does not exist', { ...caller, role: 'Root' as never }],
    ['without tenant', { ...caller, tenant: '' }],
  ])('%s is a 401, before the body is looked at', async (_name, who) => {
    const { statusCode, headers, body } = await echo({ ...httpEvent(who ? { caller: who } : {}), body: '{' });

    expect(statusCode).toBe(401);
    expect(headers?.['WWW-Authenticate']).toBe('Bearer realm="centinela"');
    expect(JSON.parse(body).code).toBe('UNAUTHORIZED');
  });

  it('may be as late as the authorizer’s clock may differ', async () => {
    const late = { ...caller, expiresAt: Math.floor(Date.now() / 1000) - 3 };
    expect((await send('{}', { caller: late })).status).toBe(200);
  });

  it('without the scope is a 403 that names it', async () => {
    const { status, headers, body } = await send('{}', {
      caller: { ...caller, scopes: ['medical.feedback.write'] },
    });

    expect(status).toBe(403);
    expect(body).toMatchObject({ code: 'FORBIDDEN' });
    expect(body.detail).toContain('medical.diagnosis.read');
    expect(headers['WWW-Authenticate']).toContain('scope="medical.diagnosis.read"');
  });
});

describe('problems', () => {
  const failing = (thrown: unknown) =>
    httpHandler({ route: 'health', metrics: silentMetrics }, () => {
      throw thrown;
    })(httpEvent({ headers: { 'Accept-Language': 'en', 'X-Request-Id': 'r-1' } }));

  it('are answered in the language asked for, with their headers and the request id', async () => {
    const problem = new ApiProblem('TOO_MANY_REQUESTS', { headers: { 'Retry-After': '9' } });

    const { statusCode, headers, body } = await failing(problem);

    expect(statusCode).toBe(429);
    expect(headers).toMatchObject({
      'Content-Type': 'application/problem+json',
      'Content-Language': 'en',
      'Retry-After': '9',
      'X-Request-Id': 'r-1',
      'Cache-Control': 'no-store',
    });
    expect(JSON.parse(body)).toMatchObject({ title: 'Too many requests', request_id: 'r-1' });
  });

  it.each([new Error('secret of a patient'), 'secret of a patient', null])(
    'hide an unknown failure: %s',
    async (thrown) => {
      const { statusCode, body } = await failing(thrown);

      expect(statusCode).toBe(500);
      expect(JSON.parse(body)).toMatchObject({
        code: 'INTERNAL_ERROR',
        errors: [],
      } satisfies Partial<ProblemBody>);
      expect(body).not.toContain('secret');
      expect(lines().join('')).not.toContain('secret');
    },
  );

  it('say that the store is unavailable, and when to come back', async () => {
    const error = Object.assign(new Error('table patients'), { name: 'StoreUnavailableError' });

    const { statusCode, headers, body } = await failing(error);

    expect([statusCode, JSON.parse(body).code, headers?.['Retry-After']]).toEqual([
      503,
      'STORE_UNAVAILABLE',
      '1',
    ]);
  });

  it('say that the models are not available where the bundle was refused, without its path', async () => {
    const { statusCode, body } = await failing(new BundleError('manifest.json', 'cannot be read in /secret'));

    expect([statusCode, JSON.parse(body).code]).toEqual([503, 'MODEL_UNAVAILABLE']);
    expect(body).not.toContain('secret');
  });
});

describe('the log', () => {
  it('holds one line a request, with nothing of what was asked', async () => {
    const event = {
      ...httpEvent({ caller, headers: { Authorization: 'Bearer eyJtoken', 'X-Request-Id': 'r-2' } }),
      body: '{"patient_id":"anon_12345","symptoms":{"fiebre":8}}',
      path: '/v1/predictions/secret-path',
      queryStringParameters: { q: 'dolor secreto' },
    };

    await echo(event);

    expect(lines()).toHaveLength(1);
    expect(JSON.parse(lines()[0] ?? '')).toMatchObject({
      level: 'INFO',
      request_id: 'r-2',
      route: 'predict',
      status: 200,
      duration_ms: expect.any(Number),
      tenant: 'hospital-1',
    });
    for (const secret of ['eyJtoken', 'anon_12345', 'fiebre', 'secret', 'user-1']) {
      expect(lines()[0]).not.toContain(secret);
    }
  });

  it("names a problem's code, and of other failures only the name", async () => {
    await echo({ ...httpEvent({ caller }), body: '{' });
    await httpHandler({ route: 'health', metrics: silentMetrics }, () => {
      throw new RangeError('anon_12345');
    })(httpEvent({}));

    const [first, second] = lines().map((line) => JSON.parse(line));
    expect(first).toMatchObject({ level: 'INFO', status: 400, error: 'MALFORMED_JSON' });
    expect(second).toMatchObject({ level: 'ERROR', status: 500, error: 'RangeError' });
    expect(lines().join('')).not.toContain('anon_12345');
  });
});

describe('the small handlers', () => {
  const at = (httpMethod: string, path: string) => ({ ...httpEvent({}), httpMethod, path });

  it('say that the process answers, without a token', async () => {
    const { statusCode, body } = await health(at('GET', '/v1/health'));

    expect([statusCode, JSON.parse(body)]).toEqual([200, { status: 'ok' }]);
  });

  it('hand out the contract, without a token', async () => {
    const { statusCode, body } = await openapi(at('GET', '/v1/openapi.json'));

    expect(statusCode).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ openapi: '3.1.0', paths: { '/v1/predict': { post: {} } } });
  });

  it.each([
    ['GET', '/v1/predict', 405, 'POST'],
    ['DELETE', '/v1/predictions/1', 405, 'GET'],
    ['HEAD', '/v1/health', 405, 'GET'],
    ['GET', '/v1/nothing', 404, undefined],
    ['POST', '/', 404, undefined],
  ])('answer %s %s with %i', async (method, path, status, allow) => {
    const { statusCode, headers, body } = await notFound(at(method, path));

    expect(statusCode).toBe(status);
    expect(headers?.Allow).toBe(allow);
    expect(JSON.parse(body).code).toBe(status === 405 ? 'METHOD_NOT_ALLOWED' : 'NOT_FOUND');
  });
});
