/** The OpenAPI 3.1 document, made from the table of routes and the zod schemas that validate. */

import { z } from 'zod';
import intendedUse from '../../data/clinical/intended_use.json' with { type: 'json' };
import { NEXT_QUESTIONS_EXAMPLES, PREDICT_EXAMPLES } from './examples.ts';
import { MODEL_CARD_EXAMPLE } from './model-card-example.ts';
import { ApiProblem, toProblem } from './problem.ts';
import { PROBLEMS, type ProblemCode } from './problems.ts';
import { ROUTES, type Route, type RouteId } from './routes.ts';
import { FeedbackRequestSchema, FeedbackResponseSchema } from './schemas/feedback.ts';
import { ModelCardQuerySchema, ModelCardSchema } from './schemas/model-card.ts';
import { PredictRequestSchema } from './schemas/predict.ts';
import { PredictResponseSchema } from './schemas/prediction.ts';
import { ProblemSchema } from './schemas/problem.ts';
import { NextQuestionsQuerySchema, NextQuestionsResponseSchema } from './schemas/questions.ts';
import {
  HealthResponseSchema,
  ReadyResponseSchema,
  TermsQuerySchema,
  TermsResponseSchema,
} from './schemas/reads.ts';

const SCHEMAS = {
  PredictRequest: PredictRequestSchema,
  PredictResponse: PredictResponseSchema,
  FeedbackRequest: FeedbackRequestSchema,
  FeedbackResponse: FeedbackResponseSchema,
  NextQuestionsResponse: NextQuestionsResponseSchema,
  TermsResponse: TermsResponseSchema,
  ModelCard: ModelCardSchema,
  HealthResponse: HealthResponseSchema,
  ReadyResponse: ReadyResponseSchema,
  OpenApiDocument: z.looseObject({ openapi: z.string() }),
  Problem: ProblemSchema,
} as const satisfies Record<string, z.ZodType>;
type SchemaName = keyof typeof SCHEMAS;

/** The project's own, as in `package.json`. */
const VERSION = '0.1.0';

type Json = Readonly<Record<string, unknown>>;

interface Operation {
  readonly description?: string;
  readonly request?: SchemaName;
  readonly requestExamples?: Json;
  /** The answer in JSON; none where it is text alone. */
  readonly response?: SchemaName;
  readonly responseExamples?: Json;
  /** Media types of the answer as text. */
  readonly texts?: readonly string[];
  readonly status: 200 | 201;
  /** The answer has an ETag. */
  readonly hasTag?: true;
  readonly parameters: readonly Json[];
  readonly problems: readonly ProblemCode[];
}

const LANG_HEADER = {
  name: 'Accept-Language',
  in: 'header',
  description: 'es (the default) or en.',
  schema: { type: 'string' },
};

const REQUEST_ID_HEADER = {
  name: 'X-Request-Id',
  in: 'header',
  description: 'Returned as it is; made by us where missing. Nothing about a patient.',
  schema: { type: 'string', pattern: '^[A-Za-z0-9._:-]{1,128}$' },
};

const IDEMPOTENCY_HEADER = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'The same key with the same body gives the same answer and is stored once.',
  schema: { type: 'string' },
};

const TAG_HEADER = {
  name: 'If-None-Match',
  in: 'header',
  description: 'An ETag: answered with 304 and no body where nothing has changed.',
  schema: { type: 'string' },
};

const PREDICTION_ID = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'The `prediction_id`.',
  schema: { type: 'string' },
};

const BODY_PROBLEMS: readonly ProblemCode[] = [
  'MALFORMED_JSON',
  'FORBIDDEN_KEY',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'VALIDATION_FAILED',
];

const OPERATIONS: Readonly<Record<RouteId, Operation>> = {
  predict: {
    request: 'PredictRequest',
    requestExamples: PREDICT_EXAMPLES.requests,
    response: 'PredictResponse',
    responseExamples: PREDICT_EXAMPLES.responses,
    status: 200,
    parameters: [],
    problems: [...BODY_PROBLEMS, 'NO_FINDINGS', 'UNKNOWN_FINDING', 'CONTRADICTION', 'MODEL_UNAVAILABLE'],
  },
  feedback: {
    request: 'FeedbackRequest',
    response: 'FeedbackResponse',
    status: 201,
    parameters: [IDEMPOTENCY_HEADER],
    problems: [
      ...BODY_PROBLEMS,
      'MALFORMED_REQUEST',
      'PREDICTION_NOT_FOUND',
      'IDEMPOTENCY_IN_FLIGHT',
      'IDEMPOTENCY_KEY_REUSED',
      'STORE_UNAVAILABLE',
    ],
  },
  getPrediction: {
    response: 'PredictResponse',
    status: 200,
    parameters: [PREDICTION_ID],
    problems: ['PREDICTION_NOT_FOUND', 'STORE_UNAVAILABLE'],
  },
  nextQuestions: {
    response: 'NextQuestionsResponse',
    responseExamples: NEXT_QUESTIONS_EXAMPLES,
    status: 200,
    parameters: [PREDICTION_ID, ...queryParameters(NextQuestionsQuerySchema)],
    problems: ['VALIDATION_FAILED', 'PREDICTION_NOT_FOUND', 'STORE_UNAVAILABLE', 'MODEL_UNAVAILABLE'],
  },
  terms: {
    response: 'TermsResponse',
    status: 200,
    parameters: queryParameters(TermsQuerySchema),
    problems: ['VALIDATION_FAILED', 'MODEL_UNAVAILABLE'],
  },
  modelCard: {
    response: 'ModelCard',
    responseExamples: { texts: { summary: 'The texts without the figures', value: MODEL_CARD_EXAMPLE } },
    texts: ['text/markdown'],
    status: 200,
    hasTag: true,
    parameters: [...queryParameters(ModelCardQuerySchema), TAG_HEADER],
    problems: ['VALIDATION_FAILED', 'MODEL_CARD_NOT_FOUND', 'MODEL_UNAVAILABLE'],
  },
  health: { response: 'HealthResponse', status: 200, parameters: [], problems: [] },
  ready: { response: 'ReadyResponse', status: 200, parameters: [], problems: ['MODEL_UNAVAILABLE'] },
  openapi: { response: 'OpenApiDocument', status: 200, parameters: [], problems: [] },
  metrics: {
    texts: ['text/plain'],
    description:
      'For one machine, in the text format of Prometheus (0.0.4). In AWS the same figures are in CloudWatch, and this answers METRICS_ELSEWHERE.',
    status: 200,
    parameters: [],
    problems: ['METRICS_ELSEWHERE'],
  },
};

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
    parameters,
    problems,
  } = OPERATIONS[id];
  const headers = { ...RESPONSE_HEADERS, ...(hasTag && { ETag: { schema: { type: 'string' } } }) };
  const asText = (texts ?? []).map((type) => [type, { schema: { type: 'string' } }]);
  const possible: readonly ProblemCode[] = [
    ...problems,
    ...(scope === null ? [] : (['UNAUTHORIZED', 'FORBIDDEN'] as const)),
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
      ...problemResponses(possible),
    },
  };
}

function content(name: SchemaName, examples: Json | undefined): Json {
  return { schema: { $ref: `#/components/schemas/${name}` }, ...(examples && { examples }) };
}

const RESPONSE_HEADERS = {
  'X-Request-Id': { schema: { type: 'string' } },
  'Content-Language': { schema: { type: 'string', enum: ['es', 'en'] } },
};

function problemResponses(codes: readonly ProblemCode[]): Json {
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `${code}: ${PROBLEMS[code].title.en}.`).join(' '),
        headers: RESPONSE_HEADERS,
        content: {
          'application/problem+json': content(
            'Problem',
            Object.fromEntries(group.map((code) => [code, { value: problemExample(code) }])),
          ),
        },
      },
    ]),
  );
}

function problemExample(code: ProblemCode): Json {
  return toProblem(new ApiProblem(code), 'en', '0c5f1c1e-6f0d-4b53-9f0a-0d6a3f0d7c11').body;
}

function queryParameters(schema: z.ZodObject): readonly Json[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema);
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property as Record<string, unknown>;
    return { name, in: 'query', required: required.includes(name), description, schema: rest };
  });
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
