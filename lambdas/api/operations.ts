/** What each route takes and answers, for the OpenAPI document. */

import * as z from 'zod';
import { FEEDBACK_EXAMPLES, NEXT_QUESTIONS_EXAMPLES, PREDICT_EXAMPLES, TERMS_EXAMPLES } from './examples.ts';
import { MODEL_CARD_EXAMPLE } from './model-card-example.ts';
import { ApiProblem, type FieldError } from './problem.ts';
import type { ProblemCode } from './problems.ts';
import type { RouteId } from './routes.ts';
import { FeedbackRequestSchema, FeedbackResponseSchema } from './schemas/feedback.ts';
import { ModelCardQuerySchema, ModelCardSchema } from './schemas/model-card.ts';
import { UUID } from './schemas/parts.ts';
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
import { validate } from './validate.ts';

export const SCHEMAS = {
  PredictRequest: PredictRequestSchema,
  PredictResponse: PredictResponseSchema,
  FeedbackRequest: FeedbackRequestSchema,
  FeedbackResponse: FeedbackResponseSchema,
  NextQuestionsResponse: NextQuestionsResponseSchema,
  TermsResponse: TermsResponseSchema,
  ModelCard: ModelCardSchema,
  HealthResponse: HealthResponseSchema,
  ReadyResponse: ReadyResponseSchema,
  OpenApiDocument: z
    .looseObject({ openapi: z.string().describe('Version of OpenAPI.') })
    .describe('This document.'),
  Problem: ProblemSchema,
} as const satisfies Record<string, z.ZodType>;
export type SchemaName = keyof typeof SCHEMAS;

export type Json = Readonly<Record<string, unknown>>;

export interface Operation {
  readonly description?: string;
  readonly request?: SchemaName;
  readonly requestExamples?: Json;
  /** The answer in JSON; none where it is text alone. */
  readonly response?: SchemaName;
  readonly responseExamples?: Json;
  /** Media types of the answer as text. */
  readonly texts?: readonly string[];
  readonly status: 200 | 201;
  /** Whoever sends the ETag again may be answered with a 304. */
  readonly hasTag?: true;
  readonly responseHeaders?: Json;
  readonly parameters: readonly Json[];
  readonly problems: readonly ProblemCode[];
  /** Where VALIDATION_FAILED is among them: what it says of a request that breaks the schema. */
  readonly invalid?: readonly FieldError[];
}

export const LANG_HEADER = {
  name: 'Accept-Language',
  in: 'header',
  description: 'es (the default) or en.',
  schema: { type: 'string' },
};

export const REQUEST_ID_HEADER = {
  name: 'X-Request-Id',
  in: 'header',
  description: 'Returned as it is; made by us where missing. Nothing about a patient.',
  schema: { type: 'string', pattern: '^[A-Za-z0-9._:-]{1,128}$' },
};

const IDEMPOTENCY_HEADER = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'The same key with the same body gives the same answer and is stored once. Nothing about a patient.',
  schema: { type: 'string', pattern: '^[!-~]{1,255}$' },
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
  schema: { type: 'string', pattern: UUID.source },
};

const BODY_PROBLEMS: readonly ProblemCode[] = [
  'MALFORMED_JSON',
  'FORBIDDEN_KEY',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'VALIDATION_FAILED',
];

export const OPERATIONS: Readonly<Record<RouteId, Operation>> = {
  predict: {
    request: 'PredictRequest',
    requestExamples: PREDICT_EXAMPLES.requests,
    response: 'PredictResponse',
    responseExamples: PREDICT_EXAMPLES.responses,
    status: 200,
    parameters: [],
    problems: [...BODY_PROBLEMS, 'NO_FINDINGS', 'UNKNOWN_FINDING', 'CONTRADICTION', 'MODEL_UNAVAILABLE'],
    invalid: errorsOf(PredictRequestSchema, { symptoms: { fiebre: 12 }, age: 45 }),
  },
  feedback: {
    request: 'FeedbackRequest',
    requestExamples: FEEDBACK_EXAMPLES.requests,
    response: 'FeedbackResponse',
    responseExamples: FEEDBACK_EXAMPLES.responses,
    status: 201,
    responseHeaders: {
      'Idempotency-Replayed': {
        description: '`true` where the same request was stored before; missing otherwise.',
        schema: { type: 'string', enum: ['true'] },
      },
    },
    parameters: [IDEMPOTENCY_HEADER],
    problems: [
      ...BODY_PROBLEMS,
      'MALFORMED_REQUEST',
      'PREDICTION_NOT_FOUND',
      'IDEMPOTENCY_IN_FLIGHT',
      'IDEMPOTENCY_KEY_REUSED',
      'STORE_UNAVAILABLE',
    ],
    invalid: errorsOf(FeedbackRequestSchema, { ...FEEDBACK_EXAMPLES.requests.confirmed.value, rating: 7 }),
  },
  getPrediction: {
    response: 'PredictResponse',
    responseExamples: PREDICT_EXAMPLES.responses,
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
    invalid: errorsOf(NextQuestionsQuerySchema, { limit: '50' }),
  },
  terms: {
    response: 'TermsResponse',
    responseExamples: TERMS_EXAMPLES,
    status: 200,
    parameters: queryParameters(TermsQuerySchema),
    problems: ['VALIDATION_FAILED', 'MODEL_UNAVAILABLE'],
    invalid: errorsOf(TermsQuerySchema, {}),
  },
  modelCard: {
    response: 'ModelCard',
    responseExamples: { texts: { summary: 'The texts without the figures', value: MODEL_CARD_EXAMPLE } },
    texts: ['text/markdown'],
    status: 200,
    hasTag: true,
    responseHeaders: {
      ETag: { description: 'Of this card, for `If-None-Match`.', schema: { type: 'string' } },
    },
    parameters: [...queryParameters(ModelCardQuerySchema), TAG_HEADER],
    problems: ['VALIDATION_FAILED', 'MODEL_CARD_NOT_FOUND', 'MODEL_UNAVAILABLE'],
    invalid: errorsOf(ModelCardQuerySchema, { lang: 'fr' }),
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

function queryParameters(schema: z.ZodObject): readonly Json[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema);
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property as Record<string, unknown>;
    return { name, in: 'query', required: required.includes(name), description, schema: rest };
  });
}

/** What is said of a request that breaks its schema. */
function errorsOf(schema: z.ZodType, request: unknown): readonly FieldError[] {
  try {
    validate(schema, request);
  } catch (error) {
    if (error instanceof ApiProblem) return error.errors;
    throw error;
  }
  return [];
}
