/** The OpenAPI 3.1 document, made from the table of routes and the zod schemas that validate. */

import * as z from 'zod';
import intendedUse from '../../data/clinical/intended_use.json' with { type: 'json' };
import {
  type Json,
  LANG_HEADER,
  OPERATIONS,
  REQUEST_ID_HEADER,
  SCHEMAS,
  type SchemaName,
} from './operations.ts';
import { ApiProblem, type FieldError, toProblem } from './problem.ts';
import { PROBLEM_ERRORS } from './problem-examples.ts';
import { PROBLEMS, type ProblemCode } from './problems.ts';
import { ROUTES, type Route } from './routes.ts';

/** The project's own, as in `package.json`. */
const VERSION = '0.1.0';

/** The document, as `GET /v1/openapi.json` answers it. In English: those who integrate read it. */
export function openApiDocument(): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Centinela',
      version: VERSION,
      summary: 'From the findings of a patient to a ranked list of common and orphan conditions to consider.',
      description: intendedUse.en,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'Wherever this document was read.' }],
    paths: paths(),
    components: {
      schemas: schemas(),
      securitySchemes: {
        bearerAuth: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            "An access token of one of this deployment's OpenID issuers. Each operation names its scope.",
        },
      },
    },
  };
}

function paths(): Json {
  const all: Record<string, Record<string, unknown>> = {};
  for (const route of ROUTES) {
    for (const [i, path] of [route.path, ...route.aliases].entries()) {
      // An operation's id must be unique, and an alias is an operation of its own.
      const operationId = i === 0 ? route.id : `${route.id}Alias${i}`;
      all[path] = { ...all[path], [route.method.toLowerCase()]: { operationId, ...operation(route) } };
    }
  }
  return all;
}

function operation({ id, summary, scope }: Route): Json {
  const {
    description,
    request,
    requestExamples,
    response,
    responseExamples,
    texts,
    status,
    hasTag,
    responseHeaders,
    parameters,
    problems,
    invalid,
  } = OPERATIONS[id];
  const headers = { ...RESPONSE_HEADERS, ...responseHeaders };
  const asText = (texts ?? []).map((type) => [type, { schema: { type: 'string' } }]);
  const possible: readonly ProblemCode[] = [
    ...problems,
    ...(scope === null ? [] : (['UNAUTHORIZED', 'FORBIDDEN'] as const)),
    'TOO_MANY_REQUESTS',
    'INTERNAL_ERROR',
  ];
  return {
    summary,
    ...(description && { description }),
    security: scope === null ? [] : [{ bearerAuth: [scope] }],
    parameters: [...parameters, LANG_HEADER, REQUEST_ID_HEADER],
    ...(request && {
      requestBody: {
        required: true,
        content: { 'application/json': content(request, requestExamples) },
      },
    }),
    responses: {
      [status]: {
        description: 'The answer.',
        headers,
        content: {
          ...(response && { 'application/json': content(response, responseExamples) }),
          ...Object.fromEntries(asText),
        },
      },
      ...(hasTag && { 304: { description: 'Nothing has changed.', headers } }),
      ...problemResponses(possible, { ...PROBLEM_ERRORS, ...(invalid && { VALIDATION_FAILED: invalid }) }),
    },
  };
}

function content(name: SchemaName, examples: Json | undefined): Json {
  return { schema: { $ref: `#/components/schemas/${name}` }, ...(examples && { examples }) };
}

const RESPONSE_HEADERS = {
  'X-Request-Id': { description: 'As sent, or made by us.', schema: { type: 'string' } },
  'Content-Language': {
    description: 'Language of the words.',
    schema: { type: 'string', enum: ['es', 'en'] },
  },
};

const RETRY_AFTER = {
  description: 'Seconds after which to try again, where that may help.',
  schema: { type: 'integer', minimum: 1 },
};
/** Statuses of problems that may pass by themselves. */
const MAY_PASS: ReadonlySet<number> = new Set([409, 429, 503]);

function problemResponses(codes: readonly ProblemCode[], errors: typeof PROBLEM_ERRORS): Json {
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `${code}: ${PROBLEMS[code].title.en}.`).join(' '),
        headers: { ...RESPONSE_HEADERS, ...(MAY_PASS.has(status) && { 'Retry-After': RETRY_AFTER }) },
        content: {
          'application/problem+json': content(
            'Problem',
            Object.fromEntries(group.map((code) => [code, { value: problemExample(code, errors[code]) }])),
          ),
        },
      },
    ]),
  );
}

function problemExample(code: ProblemCode, errors: readonly FieldError[] = []): Json {
  return toProblem(new ApiProblem(code, { errors }), 'en', '0c5f1c1e-6f0d-4b53-9f0a-0d6a3f0d7c11').body;
}

/** Every schema under its name. OpenAPI 3.1's schemas are JSON Schema 2020-12: said once, by the document. */
function schemas(): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(SCHEMAS)) registry.add(schema, { id });
  const named = z.toJSONSchema(registry, { io: 'input', uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(
    Object.entries(named.schemas).map(([name, { $schema, $id, ...schema }]) => [name, schema]),
  );
}
