/** An HTTP request of this machine as API Gateway (REST, proxy integration) would hand it to Lambda. */

import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayAuthorizerResultContext, APIGatewayProxyEvent } from 'aws-lambda';

/** Where a request goes, as it stands in its first line. */
export interface Target {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Whether every percent sign of path and query begins an encoded byte of valid UTF-8. */
  readonly isWellEncoded: boolean;
}

/** What is known of a request once it was routed; a request that is refused earlier has none of it. */
export interface Routed {
  readonly resource: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly authorizer: APIGatewayAuthorizerResultContext | undefined;
  readonly body: Buffer;
}

const STAGE = 'local';
const ACCOUNT = '000000000000';

/** Never throws. The absolute form (`GET http://host/path`) counts as its path, as RFC 9112 (3.2.2) asks. */
export function readTarget(url: string): Target {
  const [path = '', ...rest] = url.replace(/^https?:\/\/[^/?]*/i, '').split('?');
  const query = rest.join('?');
  return { path, query: new URLSearchParams(query), isWellEncoded: isDecodable(path) && isDecodable(query) };
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** The ARN that API Gateway gives its authorizer. */
export function methodArn(method: string, path: string): string {
  return `arn:aws:execute-api:${STAGE}:${ACCOUNT}:${STAGE}/${STAGE}/${method}${path}`;
}

export function proxyEvent(request: IncomingMessage, target: Target, routed?: Routed): APIGatewayProxyEvent {
  const { method = '', headers, headersDistinct } = request;
  const { path, query } = target;
  const body = routed?.body;
  const isText = body === undefined || isUtf8(body);
  return {
    resource: routed?.resource ?? path,
    path,
    httpMethod: method,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.toString()])),
    multiValueHeaders: headersDistinct as Record<string, string[]>,
    queryStringParameters: Object.fromEntries(query),
    multiValueQueryStringParameters: Object.fromEntries(
      [...query.keys()].map((name) => [name, query.getAll(name)]),
    ),
    pathParameters: { ...routed?.pathParameters },
    stageVariables: null,
    body: body?.toString(isText ? 'utf8' : 'base64') || null,
    isBase64Encoded: !isText,
    requestContext: {
      accountId: ACCOUNT,
      apiId: STAGE,
      authorizer: routed?.authorizer,
      httpMethod: method,
      identity: {
        accessKey: null,
        accountId: null,
        apiKey: null,
        apiKeyId: null,
        caller: null,
        clientCert: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: request.socket.remoteAddress ?? '',
        user: null,
        userAgent: headers['user-agent'] ?? null,
        userArn: null,
      },
      path,
      protocol: `HTTP/${request.httpVersion}`,
      requestId: randomUUID(),
      requestTimeEpoch: Date.now(),
      resourceId: '',
      resourcePath: routed?.resource ?? path,
      stage: STAGE,
    },
  };
}
