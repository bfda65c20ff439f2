/** Names of the metrics that the handlers write, as alarms and dashboards read them. */

export const NAMESPACE = 'Centinela';

/** What each is written by, besides the stage: a metric is known by all of its dimensions. */
export const METRICS = {
  PredictionCount: ['ModelVersion', 'Severity'],
  Confidence: [],
  PredictLatency: [],
  StageLatency: ['Step'],
  RedFlagCount: [],
  UrgentCount: [],
  ReviewCount: ['Reason'],
  ModelUnavailableCount: [],
  NotRecordedCount: [],
  ErrorCount: ['Code'],
  DriftScore: [],
  FeatureDrift: ['Feature'],
  DoctorRating: [],
  TimeToCriticalAnswer: [],
} as const satisfies Record<string, readonly string[]>;
export type MetricName = keyof typeof METRICS;

/** Those that are one line for the stage, and those that are one for each value of something. */
export type WholeMetricName = {
  [Name in MetricName]: (typeof METRICS)[Name] extends readonly [] ? Name : never;
}[MetricName];
export type SplitMetricName = Exclude<MetricName, WholeMetricName>;
