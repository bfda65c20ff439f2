/**
 * GET /v1/metrics: the figures of this process, as Prometheus reads them, where it is the only one.
 *
 * In Lambda one request meets one sandbox of many, whose counts mean nothing: there the figures are in CloudWatch, and the
 * route says so. Open, for where it answers it is reached from the same machine alone, and nothing in it is a patient's or a
 * tenant's.
 */

import type { Metrics } from '../adapters/metrics.ts';
import { ownMetrics } from '../adapters/metrics-emf.ts';
import { ApiProblem } from '../api/problem.ts';
import { type HttpHandler, httpHandler } from './http.ts';

export function createMetricsHandler({ metrics }: { readonly metrics: Metrics }): HttpHandler {
  return httpHandler({ route: 'metrics', metrics }, async () => {
    if (metrics.text === null) throw new ApiProblem('METRICS_ELSEWHERE');
    return {
      text: await metrics.text(),
      headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' },
    };
  });
}

export const handler = createMetricsHandler({ metrics: ownMetrics() });
