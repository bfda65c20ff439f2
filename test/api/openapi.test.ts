import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { PREDICT_EXAMPLES } from '../../lambdas/api/examples.ts';
import { MODEL_CARD_EXAMPLE } from '../../lambdas/api/model-card-example.ts';
import { openApiDocument } from '../../lambdas/api/openapi.ts';
import { ROUTES } from '../../lambdas/api/routes.ts';
import { ModelCardSchema } from '../../lambdas/api/schemas/model-card.ts';
import { parsePredictRequest } from '../../lambdas/api/schemas/predict.ts';
import { PredictResponseSchema } from '../../lambdas/api/schemas/prediction.ts';
import { ProblemSchema } from '../../lambdas/api/schemas/problem.ts';

type Node = Record<string, unknown>;

interface Operation {
  readonly operationId: string;
  readonly security: readonly Node[];
  readonly parameters: readonly { name: string; in: string; required?: boolean }[];
  readonly responses: Record<
    string,
    { headers?: Node; content?: Record<string, { examples?: Record<string, { value: unknown }> }> }
  >;
}

const document = JSON.parse(JSON.stringify(openApiDocument()));
const paths: Record<string, Record<string, Operation>> = document.paths;
const operations = Object.values(paths).flatMap((methods) => Object.values(methods));

/** Every object of a JSON value. */
function* nodesOf(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Node;
  for (const inner of Object.values(value)) yield* nodesOf(inner);
}

/** The same, with its JSON pointer. */
function* pathsOf(value: unknown, path = ''): Generator<readonly [string, Node]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Node];
  for (const [key, inner] of Object.entries(value)) yield* pathsOf(inner, `${path}/${key}`);
}

describe('openApiDocument', () => {
  it('lists every route with its aliases and its scope', () => {
    for (const { method, path, aliases, scope } of ROUTES) {
      for (const at of [path, ...aliases]) {
        const operation = paths[at]?.[method.toLowerCase()];
        expect(operation?.security).toEqual(scope === null ? [] : [{ bearerAuth: [scope] }]);
      }
    }
    expect(Object.keys(paths)).toHaveLength(ROUTES.flatMap(({ path, aliases }) => [path, ...aliases]).length);
  });

  it('has references that lead somewhere', () => {
    const refs = [...nodesOf(document)].flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : []));

    expect(refs).not.toHaveLength(0);
    for (const ref of refs) {
      const name = /^#\/components\/schemas\/(\w+)$/.exec(ref)?.[1];
      expect(Object.keys(document.components.schemas), ref).toContain(name);
    }
  });

  it('names every operation once and every parameter of its path', () => {
    const ids = operations.map(({ operationId }) => operationId);

    expect(new Set(ids).size).toBe(ids.length);
    for (const [path, methods] of Object.entries(paths)) {
      const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const { parameters } of Object.values(methods)) {
        const declared = parameters.filter((parameter) => parameter.in === 'path');
        expect(declared.map(({ name }) => name)).toEqual(wanted);
        expect(declared.every(({ required }) => required)).toBe(true);
      }
    }
  });

  it('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(structuredClone(document) as never);

    expect(result).toMatchObject({ valid: true });
  });

  it('has the version of the package', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(document.info.version).toBe(version);
  });

  it('says where the pointers of a query lead', () => {
    const { errors } = document.components.schemas.Problem.properties;
    expect(errors.items.properties.pointer.description).toContain('of a GET into its query, as in `/q`');
  });

  it('keeps the limits of the request in its schema', () => {
    const { properties } = document.components.schemas.PredictRequest;

    expect(properties.patient_id).toMatchObject({
      type: 'string',
      pattern: '^(?!(?:\\d{8}|[XYZxyz]\\d{7})[A-Za-z]$)[A-Za-z0-9._:-]{1,64}$',
    });

    expect(properties.age).toMatchObject({ type: 'number', minimum: 0, maximum: 120 });
    expect(properties.symptoms).toMatchObject({ maxProperties: 300, propertyNames: { maxLength: 200 } });
    expect(properties.vitals.properties.temperature_c).toMatchObject({ minimum: 26, maximum: 45 });
    expect(document.components.schemas.PredictRequest.additionalProperties).toBe(false);
  });

  it.each(Object.entries(PREDICT_EXAMPLES.requests))(
    'has a request example that is valid: %s',
    (_name, { value }) => {
      expect(parsePredictRequest(value)).toEqual(value);
    },
  );

  it.each(Object.entries(PREDICT_EXAMPLES.responses))(
    'has a response example that is valid: %s',
    (_name, { value }) => {
      expect(PredictResponseSchema.parse(value)).toEqual(value);
    },
  );

  it('has a model card as an example that is valid, and its Markdown and its 304 beside it', () => {
    const { responses } = paths['/v1/models/current/card']?.get ?? {};

    expect(ModelCardSchema.parse(MODEL_CARD_EXAMPLE)).toEqual(MODEL_CARD_EXAMPLE);
    expect(Object.keys(responses?.['200']?.content ?? {})).toEqual(['application/json', 'text/markdown']);
    expect(Object.keys(responses ?? {})).toContain('304');
  });

  it('has a description of every field, parameter and header', () => {
    const mute = [...pathsOf(document)].filter(([path, node]) => {
      const isField =
        /\/properties\/[^/]+$|\/components\/schemas\/[^/]+$|\/parameters\/\d+$|\/headers\/[^/]+$/.test(path);
      return isField && !('description' in node);
    });

    expect(mute.map(([path]) => path)).toEqual([]);
  });

  it('has examples that its own schemas accept', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'openapi', components: document.components });
    const contents = [...nodesOf(paths)].filter((node) => 'schema' in node && 'examples' in node) as {
      schema: { $ref: string };
      examples: Record<string, { value: unknown }>;
    }[];

    expect(contents.length).toBeGreaterThan(40);
    const accepting = new Map<string, ValidateFunction>();
    for (const { schema, examples } of contents) {
      const accepts = accepting.get(schema.$ref) ?? ajv.compile({ $ref: `openapi${schema.$ref}` });
      accepting.set(schema.$ref, accepts);
      for (const [name, { value }] of Object.entries(examples))
        expect(accepts(value), `${schema.$ref} ${name} ${JSON.stringify(accepts.errors)}`).toBe(true);
    }
  });

  it('has an example of every JSON that is asked for or answered, but of what says it all', () => {
    const without = [...nodesOf(paths)].flatMap((node) => {
      const $ref = (node.schema as { $ref?: string } | undefined)?.$ref;
      return $ref === undefined || 'examples' in node ? [] : [$ref.replace('#/components/schemas/', '')];
    });

    expect([...new Set(without)].sort()).toEqual(['HealthResponse', 'OpenApiDocument', 'ReadyResponse']);
  });

  it('shows where a request broke its schema, and when to come back where there are too many', () => {
    for (const { operationId, responses } of operations) {
      const { headers, content } = responses['429'] ?? {};
      expect(Object.keys(content?.['application/problem+json']?.examples ?? {}), operationId).toEqual([
        'TOO_MANY_REQUESTS',
      ]);
      expect(headers, operationId).toHaveProperty('Retry-After');
      for (const code of ['VALIDATION_FAILED', 'UNKNOWN_FINDING', 'CONTRADICTION']) {
        const example = responses['422']?.content?.['application/problem+json']?.examples?.[code];
        if (example !== undefined)
          expect(
            (example.value as { errors: unknown[] }).errors.length,
            `${operationId} ${code}`,
          ).toBeGreaterThan(0);
      }
    }
  });

  it('has problem examples that are valid, under their own status', () => {
    const problems = operations.flatMap(({ responses }) =>
      Object.entries(responses).flatMap(([status, { content }]) =>
        Object.values(content?.['application/problem+json']?.examples ?? {}).map(({ value }) => ({
          status,
          value,
        })),
      ),
    );

    expect(problems.length).toBeGreaterThan(20);
    for (const { status, value } of problems) expect(String(ProblemSchema.parse(value).status)).toBe(status);
  });
});
