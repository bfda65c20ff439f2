import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROLES } from '../../lambdas/api/claims.ts';
import { ROUTES, routeOf, routesAt } from '../../lambdas/api/routes.ts';

describe('routes', () => {
  it('finds the same route under its path and its alias', () => {
    expect(routesAt('/v1/predict').map(({ route }) => route.id)).toEqual(['predict']);
    expect(routesAt('/predict').map(({ route }) => route.id)).toEqual(['predict']);
  });

  it('reads the parameter of a path', () => {
    const [match] = routesAt('/v1/predictions/abc');

    expect(match?.route.id).toBe('getPrediction');
    expect(match?.parameters).toEqual({ id: 'abc' });
  });

  it.each([
    '/',
    '',
    '/v1',
    '/v1/predict/',
    '/v1/predictions/',
    '/v1/predictions',
    '/v1/predictions/a/b',
    '/V1/health',
  ])('finds nothing at %s', (path) => {
    expect(routesAt(path)).toEqual([]);
  });

  it('keeps closed all but the model card, health, ready, the contract and one machine’s metrics', () => {
    const open = ROUTES.filter(({ scope }) => scope === null).map(({ id }) => id);

    expect(open).toEqual(['modelCard', 'health', 'ready', 'openapi', 'metrics']);
  });

  it('asks only for scopes that some role can hold', () => {
    const held: readonly string[] = Object.values(ROLES).flat();

    for (const { scope } of ROUTES) if (scope !== null) expect(held).toContain(scope);
  });

  it('has one route at most for a path and a method', () => {
    const keys = ROUTES.flatMap(({ method, path, aliases }) =>
      [path, ...aliases].map((at) => `${method} ${at}`),
    );

    expect(new Set(keys).size).toBe(keys.length);
  });

  it('gives back any segment as the parameter', () => {
    const segment = fc.string({ minLength: 1 }).filter((text) => !text.includes('/'));
    fc.assert(
      fc.property(segment, (id) => {
        expect(routesAt(`/v1/predictions/${id}`)).toEqual([
          { route: routeOf('getPrediction'), resource: '/v1/predictions/{id}', parameters: { id } },
        ]);
      }),
    );
  });
});
