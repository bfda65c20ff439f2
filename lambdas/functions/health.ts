/** GET /v1/health: the process answers. Whether the model runs is `ready`'s to say. */

import type { Metrics } from '../adapters/metrics.ts';
import { ownMetrics } from '../adapters/metrics-emf.ts';
import { type HttpHandler, httpHandler } from './http.ts';

export function createHealthHandler({ metrics }: { readonly metrics: Metrics }): HttpHandler {
  return httpHandler({ route: 'health', metrics }, () => ({ body: { status: 'ok' } }));
}

export const handler = createHealthHandler({ metrics: ownMetrics() });
