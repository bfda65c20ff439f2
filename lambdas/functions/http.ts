/** What every HTTP handler shares: request id, language, caller, body, problems, one log line. */

import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { CLOCK_TOLERANCE_S, systemClock } from '../adapters/clock.ts';
import type { Metrics, StatusClass } from '../adapters/metrics.ts';
import { type Caller, callerFromContext } from '../api/claims.ts';
import { chooseLang } from '../api/language.ts';
import { ApiProblem, toProblem } from '../api/problem.ts';
import type { ProblemCode } from '../api/problems.ts';
import { type OpenRouteId, type Route, type RouteId, routeOf } from '../api/routes.ts';
import type { Lang } from '../core/types.ts';
import { failureForLog } from './failure.ts';
import { parseJson } from './json.ts';
import { measure, millisecondsSince } from './measure.ts';

/** Bytes of a request's body. */
export const MAX_BODY_BYTES = 256 * 1024;

/** A request as a handler sees it. `C` is the caller, or null on an open route. */
export interface HttpRequest<C extends Caller | null = Caller | null> {
  readonly event: APIGatewayProxyEvent;
  readonly requestId: string;
  readonly lang: Lang;
  readonly caller: C;
  /** The parsed JSON body; undefined for routes without one. */
  readonly body: unknown;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly pathParameters: Readonly<Record<string, string>>;
}

export type HttpAnswer = {
  /** 200 where not given. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
} & (
  | {
      /** Sent as JSON. */
      readonly body: unknown;
    }
  | {
      /** Sent as it stands; the headers name its type. */
      readonly text: string;
    }
);

/** What Lambda, and the local server, call. It always resolves: a failure is an answer too. */
export type HttpHandler = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

type CallerOf<Id extends RouteId> = Id extends OpenRouteId ? null : Caller;

type State = { -readonly [Key in keyof HttpRequest]: HttpRequest[Key] };
/** The problem is the one that was answered with; undefined where none was. */
type Internal = { http: State; startedAt: number; problem?: ProblemCode };
type HttpEvent = APIGatewayProxyEvent & { http: State };
type Middleware = MiddlewareObj<HttpEvent, APIGatewayProxyResult, Error, Context, Internal>;

const logger = new Logger({ serviceName: 'centinela' });

/** Answers hold health data: nobody on the way may keep, guess the type of, or frame them. */
const SECURITY_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

/**
 * Wraps a route's function. The function gets a request whose caller and body were checked and returns an
 * answer; what it throws is answered as problem+json ({@link toProblem}).
 */
export function httpHandler<Id extends RouteId>(
  options: { readonly route: Id; readonly metrics: Metrics },
  fn: (request: HttpRequest<CallerOf<Id>>) => HttpAnswer | Promise<HttpAnswer>,
): HttpHandler {
  const route = routeOf(options.route);
  const steps = [authorise(route), ...(route.method === 'POST' ? [readBody] : [])];
  // `authorise` has made sure of the caller wherever the route's type says that there is one.
  return wrap(
    { name: route.id, metrics: options.metrics },
    steps,
    fn as (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>,
  );
}

/** Wraps the function behind whatever is not a route: no caller, no body. */
export function fallbackHandler(
  options: { readonly metrics: Metrics },
  fn: (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>,
): HttpHandler {
  return wrap({ name: 'none', metrics: options.metrics }, [], fn);
}

interface Measured {
  readonly name: RouteId | 'none';
  readonly metrics: Metrics;
}

function wrap(
  route: Measured,
  steps: readonly Middleware[],
  fn: (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>,
): HttpHandler {
  const handler = middy<HttpEvent, APIGatewayProxyResult, Error, Context, Internal>()
    .use(logRequest(route.name))
    .use(countRequest(route))
    .use(answerProblems)
    .use(identify)
    .use([...steps])
    .handler(async (event: HttpEvent) => present(event.http, await fn(event.http)));
  return async (event) => handler(event as HttpEvent, {} as Context);
}

/** One line a request, with where it failed: never its body, query, token or path, nor an error's message. */
function logRequest(route: string): Middleware {
  const write = (request: Parameters<NonNullable<Middleware['after']>>[0]): void => {
    const { http, startedAt } = request.internal;
    const status = request.response?.statusCode ?? 500;
    const { error } = request;
    logger[status >= 500 ? 'error' : 'info']('request', {
      request_id: http.requestId,
      route,
      status,
      duration_ms: millisecondsSince(startedAt),
      ...(http.caller && { tenant: http.caller.tenant }),
      ...(error && { error: error instanceof ApiProblem ? error.code : error.name }),
      ...(error && status >= 500 && { failure: failureForLog(error) }),
    });
  };
  return {
    before: (request) => {
      request.internal.startedAt = performance.now();
    },
    after: write,
    onError: write,
  };
}

/** Counts the request by its route and outcome, and a problem by its code. */
function countRequest({ name, metrics }: Measured): Middleware {
  const count = ({ internal, response }: Parameters<NonNullable<Middleware['after']>>[0]): void => {
    const status = `${Math.floor((response?.statusCode ?? 500) / 100)}xx` as StatusClass;
    const { problem } = internal;
    measure(metrics, internal.http.caller, [
      ['RequestCount', 1, { Route: name, Status: status }],
      ...(problem === undefined ? [] : [['ErrorCount', 1, { Code: problem }] as const]),
      ...(problem === 'MODEL_UNAVAILABLE' ? [['ModelUnavailableCount', 1, {}] as const] : []),
    ]);
  };
  return { after: count, onError: count };
}

const answerProblems: Middleware = {
  onError: (request) => {
    const { http } = request.internal;
    const { status, headers, body } = toProblem(known(request.error), http.lang, http.requestId);
    request.response = present(http, { status, headers, body });
    request.internal.problem = body.code;
  },
};

const MODEL_FAILURES: readonly string[] = ['BundleError', 'ModelUnavailableError'];

/** By their names: the classes come with the AWS SDK and the models, which some routes need not load. */
function known(error: unknown): unknown {
  const name = error instanceof Error ? error.name : '';
  if (name === 'StoreUnavailableError')
    return new ApiProblem('STORE_UNAVAILABLE', { headers: { 'Retry-After': '1' } });
  return MODEL_FAILURES.includes(name) ? new ApiProblem('MODEL_UNAVAILABLE') : error;
}

const identify: Middleware = {
  before: (request) => {
    const { event } = request;
    const headers = lowerCased(event.headers);
    const query = defined(event.queryStringParameters);
    const given = headers['x-request-id'];
    const http: State = {
      event,
      requestId: given !== undefined && /^[A-Za-z0-9._:-]{1,128}$/.test(given) ? given : randomUUID(),
      lang: chooseLang({ query: query.lang, acceptLanguage: headers['accept-language'] }),
      caller: null,
      body: undefined,
      headers,
      query,
      pathParameters: defined(event.pathParameters),
    };
    request.internal.http = http;
    event.http = http;
  },
};

/** Checks expiry and scope again: the authorizer's answer may be minutes old, and is not made for one route. */
function authorise({ scope }: Route): Middleware {
  return {
    before: (request) => {
      if (scope === null) return;
      const { http } = request.internal;
      const caller = callerFromContext(http.event.requestContext.authorizer);
      if (!caller || (caller.expiresAt + CLOCK_TOLERANCE_S) * 1000 <= systemClock())
        throw new ApiProblem('UNAUTHORIZED');
      http.caller = caller;
      if (!caller.scopes.includes(scope)) {
        throw new ApiProblem('FORBIDDEN', {
          detail: {
            es: `Falta el permiso (scope) «${scope}».`,
            en: `The scope "${scope}" is missing.`,
          },
          headers: {
            'WWW-Authenticate': `Bearer realm="centinela", error="insufficient_scope", scope="${scope}"`,
          },
        });
      }
    },
  };
}

const readBody: Middleware = {
  before: (request) => {
    const { http } = request.internal;
    requireJson(http.headers);
    http.body = parseJson(bodyBytes(http.event));
    const lang = typeof http.body === 'object' && http.body !== null && 'lang' in http.body && http.body.lang;
    http.lang = chooseLang({
      body: lang,
      query: http.query.lang,
      acceptLanguage: http.headers['accept-language'],
    });
  },
};

function requireJson(headers: Readonly<Record<string, string>>): void {
  const [type, ...parameters] = (headers['content-type'] ?? '')
    .toLowerCase()
    .split(';')
    .map((text) => text.trim());
  const charset = parameters.find((text) => text.startsWith('charset='))?.slice('charset='.length);
  const isUtf8 = charset === undefined || /^"?utf-?8"?$/.test(charset);
  const coding = headers['content-encoding'] ?? 'identity';
  if (type !== 'application/json' || !isUtf8 || coding !== 'identity') {
    throw new ApiProblem('UNSUPPORTED_MEDIA_TYPE');
  }
}

function bodyBytes({ body, isBase64Encoded }: APIGatewayProxyEvent): Buffer {
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) throw new ApiProblem('PAYLOAD_TOO_LARGE');
  return bytes;
}

function present({ requestId, lang }: State, answer: HttpAnswer): APIGatewayProxyResult {
  return {
    statusCode: answer.status ?? 200,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Language': lang,
      Vary: 'Accept-Language, Authorization',
      ...SECURITY_HEADERS,
      ...answer.headers,
      'X-Request-Id': requestId,
    },
    body: 'text' in answer ? answer.text : JSON.stringify(answer.body),
  };
}

function defined(values: Readonly<Record<string, string | undefined>> | null): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function lowerCased(headers: Readonly<Record<string, string | undefined>> | null): Record<string, string> {
  return Object.fromEntries(
    Object.entries(defined(headers)).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
