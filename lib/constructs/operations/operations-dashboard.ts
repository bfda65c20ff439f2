import type { Duration } from 'aws-cdk-lib';
import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import {
  LogQueryVisualizationType,
  LogQueryWidget,
  MathExpression,
  SingleValueWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { StageConfig } from '../../config.ts';
import type { Handlers } from '../handlers.ts';
import type { ServiceFunction } from '../service-function.ts';
import { customMetrics, DAY, FIVE_MINUTES, MINUTE } from './custom-metric.ts';
import { addDashboard, graph, titled } from './widgets.ts';

const PERCENTILES = ['p50', 'p95', 'p99'];

export interface OperationsDashboardProps {
  readonly config: StageConfig;
  readonly api: Stage;
  readonly handlers: Handlers;
}

/** Whether the service answers, how fast, and with what. */
export class OperationsDashboard extends Construct {
  constructor(scope: Construct, id: string, { config, api, handlers }: OperationsDashboardProps) {
    super(scope, id);
    const { stage } = config;
    const functions = [...handlers.of.entries()];
    const latency = (period: Duration) =>
      PERCENTILES.map((statistic) => api.metricLatency({ statistic, period, label: statistic }));
    const perFunction = (metricName: string, statistic: string) =>
      functions.map(([label, { function: made }]) =>
        made.metric(metricName, { statistic, label, period: FIVE_MINUTES }),
      );
    addDashboard(
      this,
      `centinela-${stage}-operations`,
      [
        graph('Peticiones por segundo', 'Requests a second', {
          left: [
            new MathExpression({
              expression: 'requests / PERIOD(requests)',
              usingMetrics: { requests: api.metricCount({ period: MINUTE }) },
              label: '1/s',
              period: MINUTE,
            }),
          ],
        }),
        graph('Tiempo de respuesta (ms)', 'Time to answer (ms)', { left: latency(FIVE_MINUTES) }),
        new SingleValueWidget({
          title: titled('Tiempo de respuesta en 24 h (ms)', 'Time to answer over 24 h (ms)'),
          metrics: latency(DAY),
          start: '-PT24H',
          end: 'P0D',
          setPeriodToTimeRange: true,
          width: 8,
          height: 6,
        }),
      ],
      [
        graph('Errores 4xx y 5xx', '4xx and 5xx', {
          left: [
            api.metricClientError({ period: FIVE_MINUTES, label: '4xx' }),
            api.metricServerError({ period: FIVE_MINUTES, label: '5xx' }),
          ],
        }),
        graph('Errores por código', 'Errors by code', {
          left: [customMetrics(stage, 'ErrorCount', { statistic: 'Sum', period: FIVE_MINUTES })],
        }),
        graph('Tiempo de cada paso, p95 (ms)', 'Time of each step, p95 (ms)', {
          left: [customMetrics(stage, 'StageLatency', { statistic: 'p95', period: FIVE_MINUTES })],
        }),
      ],
      [
        graph('Ejecuciones simultáneas', 'Concurrency', {
          left: perFunction('ConcurrentExecutions', 'Maximum'),
        }),
        graph('Duración, p95 (ms)', 'Duration, p95 (ms)', { left: perFunction('Duration', 'p95') }),
        graph('Rechazadas por límite', 'Throttled', { left: perFunction('Throttles', 'Sum') }),
      ],
      [
        reports(
          functions,
          titled('Memoria (MB)', 'Memory (MB)'),
          'max(record.metrics.maxMemoryUsedMB) as used, max(record.metrics.memorySizeMB) as given',
        ),
        reports(
          functions,
          titled('Arranques en frío', 'Cold starts'),
          'count(record.metrics.initDurationMs) as starts, max(record.metrics.initDurationMs) as slowest_ms',
        ),
      ],
    );
  }
}

/**
 * What Lambda itself logs at the end of each invocation, asked when somebody looks: a metric filter would cost a metric
 * a function all month, Lambda Insights a layer in every cold start.
 */
function reports(
  functions: readonly (readonly [string, ServiceFunction])[],
  title: string,
  stats: string,
): LogQueryWidget {
  return new LogQueryWidget({
    title,
    logGroupNames: functions.map(([, { function: made }]) => made.logGroup.logGroupName),
    queryLines: ['filter type = "platform.report"', `stats ${stats} by bin(15m)`],
    view: LogQueryVisualizationType.LINE,
    width: 12,
    height: 6,
  });
}
