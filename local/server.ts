/** API Gateway's part on one machine: HTTP on loopback in, proxy events to the handlers, their answers out. */

import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Duplex } from 'node:stream';
import type { APIGatewayAuthorizerResultContext, APIGatewayProxyResult } from 'aws-lambda';
import type { Metrics } from '../lambdas/adapters/metrics.ts';
import { ApiProblem, toProblem } from '../lambdas/api/problem.ts';
import type { ProblemCode } from '../lambdas/api/problems.ts';
import { type RouteId, routesAt } from '../lambdas/api/routes.ts';
import type { Authorizer } from '../lambdas/functions/authorizer.ts';
import { fallbackHandler, type HttpHandler, MAX_BODY_BYTES } from '../lambdas/functions/http.ts';
import { methodArn, proxyEvent, readTarget, type Target } from './event.ts';

/** What the server needs to answer. */
export interface App {
  readonly handlers: Readonly<Record<RouteId, HttpHandler>>;
  readonly notFound: HttpHandler;
  readonly authorizer: Authorizer;
  /** Counts what never reaches a handler. */
  readonly metrics: Metrics;
  /** Served at {@link JWKS_PATH}: the authorizer fetches the keys as it would those of any issuer. */
  readonly jwks: unknown;
}

export const JWKS_PATH = '/.well-known/jwks.json';

/** Milliseconds for the headers, and for the whole request, to arrive. */
export interface Timeouts {
  readonly headers: number;
  readonly request: number;
}

const TIMEOUTS: Timeouts = { headers: 10_000, request: 30_000 };
/** Milliseconds for a client to stop sending what was answered without being read. */
const LINGER_MS = 2_000;
const MAX_HEADER_BYTES = 16 * 1024;

/** An HTTP server, not yet listening. Requests that come before the app is ready wait for it. */
export function createLocalServer(app: Promise<App>, timeouts: Timeouts = TIMEOUTS): Server {
  const server = createServer(
    {
      headersTimeout: timeouts.headers,
      requestTimeout: timeouts.request,
      connectionsCheckingInterval: Math.min(1_000, timeouts.headers),
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    (request, response) => {
      // What rejects here is a client that went away, or an app that never came up: nobody to answer, or nothing.
      serve(app, request, response).catch(() => request.destroy());
    },
  );
  server.on('clientError', answerUnreadable);
  return server;
}

async function serve(app: Promise<App>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { statusCode, headers, body } = await answer(await app, request);
  // A 304's length would be that of the answer that it stands for.
  const length = statusCode === 304 ? {} : { 'Content-Length': Buffer.byteLength(body) };
  response.writeHead(statusCode, { ...headers, ...length });
  response.end(body);
  // Closing at once would reset the connection under a client that is still sending, and lose it the answer.
  if (!request.complete) linger(request);
}

async function answer(app: App, request: IncomingMessage): Promise<APIGatewayProxyResult> {
  const target = readTarget(request.url ?? '');
  try {
    return await dispatch(app, request, target);
  } catch (thrown) {
    if (request.destroyed && !request.complete) throw thrown;
    const refuse = fallbackHandler(app, () => {
      throw thrown;
    });
    return refuse(proxyEvent(request, target));
  }
}

async function dispatch(app: App, request: IncomingMessage, target: Target): Promise<APIGatewayProxyResult> {
  refuseAmbiguous(request, target);
  if (request.method === 'GET' && target.path === JWKS_PATH) return ok(app.jwks);
  const match = routesAt(target.path).find(({ route }) => route.method === request.method);
  if (!match) return app.notFound(proxyEvent(request, target));
  const { route, resource, parameters } = match;
  const authorizer = route.scope === null ? undefined : await authorise(app.authorizer, request, target);
  const body = route.method === 'POST' ? await readBody(request) : Buffer.alloc(0);
  const pathParameters = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, decodeURIComponent(value)]),
  );
  return app.handlers[route.id](proxyEvent(request, target, { resource, pathParameters, authorizer, body }));
}

/** Headers that change what a request means: twice, each reader could take another one. */
const SINGLE_HEADERS = ['authorization', 'content-type', 'host', 'idempotency-key', 'x-request-id'];

function refuseAmbiguous({ headersDistinct }: IncomingMessage, { isWellEncoded }: Target): void {
  const repeated = SINGLE_HEADERS.filter((name) => (headersDistinct[name]?.length ?? 0) > 1);
  if (repeated.length > 0) {
    const names = repeated.join(', ');
    throw new ApiProblem('MALFORMED_REQUEST', {
      detail: { es: `Cabeceras repetidas: ${names}.`, en: `Repeated headers: ${names}.` },
    });
  }
  if (!isWellEncoded) {
    throw new ApiProblem('MALFORMED_REQUEST', {
      detail: {
        es: 'La dirección contiene un «%» que no codifica un carácter UTF-8.',
        en: 'The address contains a "%" that does not encode a UTF-8 character.',
      },
    });
  }
}

async function authorise(
  authorizer: Authorizer,
  request: IncomingMessage,
  { path }: Target,
): Promise<APIGatewayAuthorizerResultContext | undefined> {
  try {
    const { context } = await authorizer({
      type: 'TOKEN',
      authorizationToken: request.headers.authorization ?? '',
      methodArn: methodArn(request.method ?? '', path),
    });
    return context ?? undefined;
  } catch (error) {
    // The one message that API Gateway answers with 401; any other is a defect, here as there.
    throw error instanceof Error && error.message === 'Unauthorized' ? new ApiProblem('UNAUTHORIZED') : error;
  }
}

/** @throws ApiProblem PAYLOAD_TOO_LARGE as soon as it is known, with the rest unread. */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES)
    throw new ApiProblem('PAYLOAD_TOO_LARGE');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new ApiProblem('PAYLOAD_TOO_LARGE');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function ok(body: unknown): APIGatewayProxyResult {
  return { statusCode: 200, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}

function linger(request: IncomingMessage): void {
  const timer = setTimeout(() => request.destroy(), LINGER_MS);
  request.once('close', () => clearTimeout(timer));
  request.resume();
}

const UNREADABLE: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
};

/** Answers what never became a request, on the bare socket. */
function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const problem = new ApiProblem(UNREADABLE[error.code ?? ''] ?? 'MALFORMED_REQUEST');
  const { status, headers, body } = toProblem(problem, 'es', randomUUID());
  const text = JSON.stringify(body);
  const all = { ...headers, 'Content-Length': Buffer.byteLength(text), Connection: 'close' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${text}`);
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}
