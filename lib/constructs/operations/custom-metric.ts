import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { NAMESPACE } from '../../../lambdas/adapters/metrics.ts';
import { dimensionsOf, type SplitMetricName, type WholeMetricName } from '../../metrics.ts';

export const MINUTE = Duration.minutes(1);
export const FIVE_MINUTES = Duration.minutes(5);
export const HOUR = Duration.hours(1);
export const DAY = Duration.days(1);

/** A metric of the stage. */
export function customMetric(stage: string, metricName: WholeMetricName, options: MetricOptions): Metric {
  return new Metric({ namespace: NAMESPACE, metricName, dimensionsMap: { Stage: stage }, ...options });
}

export interface LinesProps {
  readonly statistic: string;
  readonly period: Duration;
  /** Only so many, the greatest; all of them without it. */
  readonly top?: number;
}

/** A line for each value that a metric is written by: for dashboards, for alarms take no search. */
export function customMetrics(
  stage: string,
  name: SplitMetricName,
  { statistic, period, top }: LinesProps,
): MathExpression {
  const schema = [NAMESPACE, 'Stage', ...dimensionsOf(name)].join(',');
  const found = `SEARCH('{${schema}} MetricName="${name}" Stage="${stage}"', '${statistic}', ${period.toSeconds()})`;
  return new MathExpression({
    expression: top === undefined ? found : `SLICE(SORT(${found}, MAX, DESC), 0, ${top})`,
    usingMetrics: {},
    label: '',
    period,
  });
}
