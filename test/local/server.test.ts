/** The local server over real sockets, with the real wrapping of handlers around stubs. */

import { request as httpRequest, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { callerToContext } from '../../lambdas/api/claims.ts';
import { ROUTES } from '../../lambdas/api/routes.ts';
import { parsePredictRequest } from '../../lambdas/api/schemas/predict.ts';
import { ProblemSchema } from '../../lambdas/api/schemas/problem.ts';
import type { Authorizer } from '../../lambdas/functions/authorizer.ts';
import { handler as health } from '../../lambdas/functions/health.ts';
import { httpHandler } from '../../lambdas/functions/http.ts';
import { handler as notFound } from '../../lambdas/functions/not-found.ts';
import { handler as openapi } from '../../lambdas/functions/openapi.ts';
import { type App, createLocalServer, JWKS_PATH, type Timeouts } from '../../local/server.ts';
import { silentMetrics } from '../fixtures/metrics.ts';

const TIMEOUTS: Timeouts = { headers: 300, request: 600 };
const REFERENCE = { patient_id: 'anon_12345', symptoms: { fiebre: 8.5 }, age: 45, gender: 'M' };
const JSON_TYPE = { 'content-type': 'application/json' };

/** Takes the tokens `good` and `scopeless`; `broken` stands for a defect of the authorizer. */
const authorizer: Authorizer = async (event) => {
  const token = event.type === 'TOKEN' ? event.authorizationToken.replace('Bearer ', '') : '';
  if (token === 'broken') throw new Error('keys of hospital-1 are gone');
  if (token !== 'good' && token !== 'scopeless') throw new Error('Unauthorized');
  return {
    principalId: 'user-1',
    policyDocument: { Version: '2012-10-17', Statement: [] },
    context: {
      ...callerToContext({
        user: 'user-1',
        tenant: 'hospital-1',
        role: 'MedicoGeneral',
        scopes: token === 'good' ? ['medical.diagnosis.read', 'medical.feedback.write'] : [],
        expiresAt: Math.floor(Date.now() / 1000) + 60,
      }),
    },
  };
};

let events: APIGatewayProxyEvent[];
const app: App = {
  handlers: {
    predict: httpHandler({ route: 'predict', metrics: silentMetrics }, ({ body, event }) => {
      events.push(event);
      return { body: parsePredictRequest(body) };
    }),
    feedback: httpHandler({ route: 'feedback', metrics: silentMetrics }, () => ({ status: 201, body: {} })),
    getPrediction: httpHandler(
      { route: 'getPrediction', metrics: silentMetrics },
      ({ pathParameters, event }) => {
        events.push(event);
        return { body: pathParameters };
      },
    ),
    nextQuestions: httpHandler({ route: 'nextQuestions', metrics: silentMetrics }, ({ pathParameters }) => ({
      body: pathParameters,
    })),
    terms: httpHandler({ route: 'terms', metrics: silentMetrics }, ({ query, caller }) => ({
      body: { query, tenant: caller.tenant },
    })),
    modelCard: httpHandler({ route: 'modelCard', metrics: silentMetrics }, () => ({
      status: 304,
      text: '',
      headers: { ETag: '"e"' },
    })),
    health,
    ready: async () => {
      throw new TypeError('a defect with anon_12345 in its message');
    },
    openapi,
    metrics: health,
  },
  notFound,
  authorizer,
  metrics: silentMetrics,
  jwks: { keys: [{ kty: 'EC', kid: 'k' }] },
};

let server: Server;
let port: number;
let url: string;

beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  server = createLocalServer(Promise.resolve(app), TIMEOUTS);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  url = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  vi.restoreAllMocks();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  events = [];
});

async function call(
  method: string,
  path: string,
  init: { headers?: Record<string, string>; body?: string } = {},
) {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: 'Bearer good', ...init.headers },
    ...(init.body !== undefined && { body: init.body }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

const post = (body: unknown, headers: Record<string, string> = {}) =>
  call('POST', '/v1/predict', {
    headers: { ...JSON_TYPE, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** All that comes back on a bare socket until it is closed. */
const raw = (...parts: readonly (string | Buffer)[]): Promise<string> => rawAt(port, ...parts);

function rawAt(at: number, ...parts: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(at, '127.0.0.1');
    let received = '';
    socket.setEncoding('latin1');
    socket.on('data', (text) => {
      received += text;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
    for (const part of parts) socket.write(part);
  });
}

/** Status and problem of a raw answer. */
function problemOf(answer: string): [status: number, code: string] {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toMatch(/content-type: application\/problem\+json/i);
  const { status, code } = ProblemSchema.parse(JSON.parse(Buffer.from(body, 'latin1').toString()));
  expect(head).toContain(`HTTP/1.1 ${status} `);
  return [status, code];
}

async function expectAlive(): Promise<void> {
  expect((await call('GET', '/v1/health')).body).toEqual({ status: 'ok' });
}

describe('routing', () => {
  it('serves the reference request under both paths', async () => {
    const { status, headers, body } = await post(REFERENCE);

    expect(status).toBe(200);
    expect(body).toEqual(REFERENCE);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(
      (await call('POST', '/predict', { headers: JSON_TYPE, body: JSON.stringify(REFERENCE) })).body,
    ).toEqual(REFERENCE);
  });

  it('makes the event that API Gateway would make', async () => {
    await call('POST', '/predict?lang=en&x=1&x=2', { headers: JSON_TYPE, body: JSON.stringify(REFERENCE) });

    expect(events[0]).toMatchObject({
      resource: '/predict',
      path: '/predict',
      httpMethod: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer good' },
      multiValueHeaders: { 'content-type': ['application/json'] },
      queryStringParameters: { lang: 'en', x: '2' },
      multiValueQueryStringParameters: { x: ['1', '2'] },
      pathParameters: {},
      body: JSON.stringify(REFERENCE),
      isBase64Encoded: false,
      requestContext: {
        authorizer: { user: 'user-1', tenant: 'hospital-1', role: 'MedicoGeneral' },
        httpMethod: 'POST',
        resourcePath: '/predict',
        identity: { sourceIp: '127.0.0.1' },
      },
    });
  });

  it('decodes path and query', async () => {
    expect((await call('GET', '/v1/predictions/a%2Fb%C3%A1')).body).toEqual({ id: 'a/bá' });
    expect((await call('GET', '/v1/terms?q=dolor%20de+pecho&lang=es')).body).toEqual({
      query: { q: 'dolor de pecho', lang: 'es' },
      tenant: 'hospital-1',
    });
  });

  it('serves its keys and what is open without a token', async () => {
    const bare = (path: string) => fetch(url + path).then((response) => response.json());

    expect(await bare(JWKS_PATH)).toEqual(app.jwks);
    expect(await bare('/v1/health')).toEqual({ status: 'ok' });
    expect(await bare('/v1/openapi.json')).toMatchObject({ openapi: '3.1.0' });
  });

  it('tells no length of the answer that a 304 stands for', async () => {
    const { status, headers, text } = await call('GET', '/v1/models/current/card');

    expect([status, text, headers.get('etag')]).toEqual([304, '', '"e"']);
    expect(headers.has('content-length')).toBe(false);
  });

  it('takes the absolute form of an address', async () => {
    const answer = await raw(
      `GET http://elsewhere/v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );

    expect(answer).toContain('HTTP/1.1 200 OK');
  });
});

describe('errors', () => {
  it.each([
    [
      'an intensity of 11',
      { ...REFERENCE, symptoms: { fiebre: 11 } },
      422,
      '/symptoms/fiebre',
      'OUT_OF_RANGE',
    ],
    ['an age of 130', { ...REFERENCE, age: 130 }, 422, '/age', 'OUT_OF_RANGE'],
    [
      '10,000 symptoms',
      { ...REFERENCE, symptoms: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`s${i}`, 1])) },
      422,
      '/symptoms',
      'TOO_MANY',
    ],
    [
      'a __proto__ key',
      '{"symptoms":{"__proto__":1},"age":1,"gender":"F"}',
      400,
      '/symptoms/__proto__',
      'FORBIDDEN_KEY',
    ],
  ])('%s', async (_name, body, status, pointer, code) => {
    const answer = await post(body, { 'accept-language': 'en', 'x-request-id': 'req-9' });

    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('content-language')).toBe('en');
    expect(answer.headers.get('x-request-id')).toBe('req-9');
    expect(ProblemSchema.parse(answer.body)).toMatchObject({
      status,
      request_id: 'req-9',
      errors: [{ pointer, code }],
    });
    await expectAlive();
  });

  it.each([
    ['malformed JSON', () => post('{"age":'), 400, 'MALFORMED_JSON'],
    ['an empty body', () => post(''), 400, 'MALFORMED_JSON'],
    [
      'another content type',
      () => post('{}', { 'content-type': 'text/plain' }),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['an unknown route', () => call('GET', '/v2/predict'), 404, 'NOT_FOUND'],
    ['the root', () => call('GET', '/'), 404, 'NOT_FOUND'],
    ['a wrong method', () => call('GET', '/v1/predict'), 405, 'METHOD_NOT_ALLOWED'],
    ['OPTIONS', () => call('OPTIONS', '/v1/predict'), 405, 'METHOD_NOT_ALLOWED'],
    ['an encoding that ends early', () => call('GET', '/v1/predictions/%E0%A4%A'), 400, 'MALFORMED_REQUEST'],
    ['bytes in the query that are not UTF-8', () => call('GET', '/v1/terms?q=%ff'), 400, 'MALFORMED_REQUEST'],
    ['no token', () => post(REFERENCE, { authorization: '' }), 401, 'UNAUTHORIZED'],
    ['a wrong token', () => post(REFERENCE, { authorization: 'Bearer bad' }), 401, 'UNAUTHORIZED'],
    [
      'a token without the scope',
      () => post(REFERENCE, { authorization: 'Bearer scopeless' }),
      403,
      'FORBIDDEN',
    ],
  ])('%s', async (_name, send, status, code) => {
    const answer = await send();

    expect([answer.status, ProblemSchema.parse(answer.body).code]).toEqual([status, code]);
    expect(answer.headers.get('x-request-id')).toBe(answer.body.request_id);
    await expectAlive();
  });

  it('asks every closed route for a token, whatever else is wrong', async () => {
    for (const { method, path, scope } of ROUTES) {
      if (scope === null) continue;
      const response = await fetch(url + path.replace('{id}', '1'), { method });
      expect([path, response.status, response.headers.get('www-authenticate')]).toEqual([
        path,
        401,
        'Bearer realm="centinela"',
      ]);
    }
  });

  it('names the methods that a path takes', async () => {
    expect((await call('PUT', '/v1/predict')).headers.get('allow')).toBe('POST');
  });

  it('answers HEAD without a body', async () => {
    const { status, headers, text } = await call('HEAD', '/v1/health');

    expect([status, headers.get('allow'), text]).toEqual([405, 'GET', '']);
  });

  it.each([
    ['a handler', '/v1/ready', 'good'],
    ['the authorizer', '/v1/terms?q=a', 'broken'],
  ])('says nothing of a defect of %s', async (_name, path, token) => {
    const { status, body, text } = await call('GET', path, { headers: { authorization: `Bearer ${token}` } });

    expect([status, body.code]).toEqual([500, 'INTERNAL_ERROR']);
    expect(text).not.toMatch(/anon_12345|hospital-1|TypeError|at .*\.ts/);
    await expectAlive();
  });
});

describe('bodies', () => {
  const BIG = 'a'.repeat(300 * 1024);

  it('over 256 KB are a 413, declared or not', async () => {
    const declared = await post(JSON.stringify({ ...REFERENCE, note: BIG }));
    expect([declared.status, declared.body.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);

    const chunk = `${BIG.length.toString(16)}\r\n${BIG}\r\n`;
    const answer = await raw(
      'POST /v1/predict HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\nContent-Type: application/json\r\n' +
        'Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n',
      `${chunk}0\r\n\r\n`,
    );
    expect(problemOf(answer)).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    await expectAlive();
  });

  it('are not waited for where they are known to be too large', async () => {
    const startedAt = performance.now();
    const status = await new Promise((resolve, reject) => {
      const headers = { ...JSON_TYPE, authorization: 'Bearer good', 'content-length': 10 ** 9 };
      const request = httpRequest(`${url}/v1/predict`, { method: 'POST', headers }, (response) => {
        resolve(response.statusCode);
        request.destroy();
      });
      request.on('error', reject);
      request.write('{');
    });

    expect(status).toBe(413);
    expect(performance.now() - startedAt).toBeLessThan(TIMEOUTS.request);
    await expectAlive();
  });

  it('that go on after their 413 are cut off, without a second answer', async () => {
    const patient = createLocalServer(Promise.resolve(app), { headers: 10_000, request: 30_000 });
    await new Promise<void>((resolve) => patient.listen(0, '127.0.0.1', resolve));
    const startedAt = performance.now();

    const answer = await rawAt(
      (patient.address() as AddressInfo).port,
      'POST /v1/predict HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\nContent-Length: 1000000000\r\n\r\n{',
    );

    await new Promise((resolve) => patient.close(resolve));
    expect(problemOf(answer)).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(performance.now() - startedAt).toBeLessThan(8_000);
  });

  it('of a client that goes away do no harm', async () => {
    await new Promise<void>((resolve) => {
      const headers = { ...JSON_TYPE, authorization: 'Bearer good', 'content-length': 1000 };
      const request = httpRequest(`${url}/v1/predict`, { method: 'POST', headers });
      request.on('error', () => resolve());
      request.write('{"age"', () => request.destroy(new Error('gone')));
    });

    expect(events).toEqual([]);
    await expectAlive();
  });

  it('that are not UTF-8 are refused', async () => {
    const body = Buffer.from('{"gender":"\xff"}', 'latin1');
    const answer = await raw(
      `POST /v1/predict HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\nContent-Type: application/json\r\n` +
        `Connection: close\r\nContent-Length: ${body.length}\r\n\r\n`,
      body,
    );

    expect(problemOf(answer)).toEqual([400, 'MALFORMED_JSON']);
  });
});

describe('what is hardly HTTP', () => {
  const get = (...headers: readonly string[]) =>
    `GET /v1/health HTTP/1.1\r\nConnection: close\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`;

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'MALFORMED_REQUEST'],
    ['bytes of TLS', '\x16\x03\x01\x02\x00\x01\x00', 400, 'MALFORMED_REQUEST'],
    ['a header without a colon', get('Host: x', 'nonsense'), 400, 'MALFORMED_REQUEST'],
    ['two lengths', get('Host: x', 'Content-Length: 1', 'Content-Length: 2'), 400, 'MALFORMED_REQUEST'],
    [
      'a length and chunks',
      get('Host: x', 'Content-Length: 1', 'Transfer-Encoding: chunked'),
      400,
      'MALFORMED_REQUEST',
    ],
    [
      'two tokens',
      get('Host: x', 'Authorization: Bearer a', 'Authorization: Bearer b'),
      400,
      'MALFORMED_REQUEST',
    ],
    ['two content types', get('Host: x', 'Content-Type: a/b', 'Content-Type: c/d'), 400, 'MALFORMED_REQUEST'],
    ['headers of 20 KB', get('Host: x', `X-Big: ${'a'.repeat(20_000)}`), 431, 'HEADERS_TOO_LARGE'],
    [
      'an address of 20 KB',
      `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      431,
      'HEADERS_TOO_LARGE',
    ],
    ['headers that never end', 'GET /v1/health HTTP/1.1\r\nHost: x\r\n', 408, 'REQUEST_TIMEOUT'],
    [
      'a body that never ends',
      'POST /v1/predict HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\nContent-Length: 9\r\n\r\n{',
      408,
      'REQUEST_TIMEOUT',
    ],
  ])('%s', async (_name, text, status, code) => {
    expect(problemOf(await raw(Buffer.from(text, 'latin1')))).toEqual([status, code]);
    await expectAlive();
  });

  it('without a host is refused', async () => {
    expect(await raw(get())).toMatch(/^HTTP\/1\.1 400 /);
    await expectAlive();
  });

  it('as a tunnel or an upgrade is not granted', async () => {
    expect(await raw('CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n')).not.toMatch(/ 200 /);
    expect(await raw(get('Host: x', 'Upgrade: websocket'))).not.toMatch(/ 101 /);
    await expectAlive();
  });
});

describe('a start', () => {
  it('keeps early requests waiting until the app is there', async () => {
    const late = Promise.withResolvers<App>();
    const early = createLocalServer(late.promise, TIMEOUTS);
    await new Promise<void>((resolve) => early.listen(0, '127.0.0.1', resolve));
    const answer = fetch(`http://127.0.0.1:${(early.address() as AddressInfo).port}/v1/health`);

    late.resolve(app);

    expect((await answer).status).toBe(200);
    early.closeAllConnections();
    await new Promise((resolve) => early.close(resolve));
  });
});
