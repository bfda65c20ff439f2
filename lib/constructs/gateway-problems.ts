import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { ApiProblem, toProblem } from '../../lambdas/api/problem.ts';
import { PROBLEMS, type ProblemCode } from '../../lambdas/api/problems.ts';

/** What each answer of the gateway's own says in our terms; the defaults catch those that AWS adds. */
const CODES: readonly (readonly [ResponseType, ProblemCode])[] = [
  [ResponseType.UNAUTHORIZED, 'UNAUTHORIZED'],
  [ResponseType.ACCESS_DENIED, 'FORBIDDEN'],
  [ResponseType.EXPIRED_TOKEN, 'UNAUTHORIZED'],
  [ResponseType.INVALID_API_KEY, 'FORBIDDEN'],
  [ResponseType.INVALID_SIGNATURE, 'UNAUTHORIZED'],
  [ResponseType.MISSING_AUTHENTICATION_TOKEN, 'NOT_FOUND'],
  [ResponseType.RESOURCE_NOT_FOUND, 'NOT_FOUND'],
  [ResponseType.REQUEST_TOO_LARGE, 'PAYLOAD_TOO_LARGE'],
  [ResponseType.UNSUPPORTED_MEDIA_TYPE, 'UNSUPPORTED_MEDIA_TYPE'],
  [ResponseType.THROTTLED, 'TOO_MANY_REQUESTS'],
  [ResponseType.QUOTA_EXCEEDED, 'TOO_MANY_REQUESTS'],
  [ResponseType.WAF_FILTERED, 'FORBIDDEN'],
  [ResponseType.BAD_REQUEST_BODY, 'MALFORMED_REQUEST'],
  [ResponseType.BAD_REQUEST_PARAMETERS, 'MALFORMED_REQUEST'],
  [ResponseType.DEFAULT_4XX, 'MALFORMED_REQUEST'],
  [ResponseType.DEFAULT_5XX, 'INTERNAL_ERROR'],
];

/**
 * Gives what the gateway answers by itself the form of every other answer. It cannot read Accept-Language: both
 * languages stand in the title.
 */
export function addGatewayProblems(api: RestApi): void {
  for (const [type, code] of CODES) {
    const { title } = PROBLEMS[code];
    const { status, headers, body } = toProblem(new ApiProblem(code), 'es', '$context.requestId');
    const { detail, ...rest } = body;
    api.addGatewayResponse(type.responseType.toString(), {
      type,
      statusCode: String(status),
      responseHeaders: Object.fromEntries(
        Object.entries({ ...headers, 'X-Request-Id': 'context.requestId', 'Cache-Control': 'no-store' })
          .filter(([name]) => name !== 'Content-Language')
          .map(([name, value]) => [name, value.startsWith('context.') ? value : `'${value}'`]),
      ),
      // The gateway looks for no template of another type, whatever the request accepts; the header says what it is.
      templates: {
        'application/json': JSON.stringify({ ...rest, title: `${title.es} / ${title.en}` }),
      },
    });
  }
}
