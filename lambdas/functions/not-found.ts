/** Whatever no route takes: 405 where the path exists, 404 otherwise. */

import type { Metrics } from '../adapters/metrics.ts';
import { ownMetrics } from '../adapters/metrics-emf.ts';
import { ApiProblem } from '../api/problem.ts';
import { routesAt } from '../api/routes.ts';
import { fallbackHandler, type HttpHandler } from './http.ts';

export function createNotFoundHandler({ metrics }: { readonly metrics: Metrics }): HttpHandler {
  return fallbackHandler({ metrics }, ({ event }) => {
    const methods = [...new Set(routesAt(event.path).map(({ route }) => route.method))].join(', ');
    if (methods === '') throw new ApiProblem('NOT_FOUND');
    throw new ApiProblem('METHOD_NOT_ALLOWED', {
      detail: { es: `Métodos admitidos: ${methods}.`, en: `Allowed methods: ${methods}.` },
      headers: { Allow: methods },
    });
  });
}

export const handler = createNotFoundHandler({ metrics: ownMetrics() });
