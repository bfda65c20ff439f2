/** GET /v1/openapi.json: the contract, made from the very schemas that validate. */

import type { Metrics } from '../adapters/metrics.ts';
import { ownMetrics } from '../adapters/metrics-emf.ts';
import { openApiDocument } from '../api/openapi.ts';
import { type HttpHandler, httpHandler } from './http.ts';

const body = openApiDocument();

export function createOpenapiHandler({ metrics }: { readonly metrics: Metrics }): HttpHandler {
  return httpHandler({ route: 'openapi', metrics }, () => ({ body }));
}

export const handler = createOpenapiHandler({ metrics: ownMetrics() });
