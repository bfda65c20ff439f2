/** The metrics that alarms and dashboards read: those that the handlers write, and the drift job's. */

import { METRICS as WRITTEN, type Dimensions as WrittenDimensions } from '../lambdas/adapters/metrics.ts';

interface Dimensions extends WrittenDimensions {
  /** Share of the features that drifted. */
  DriftScore: Readonly<Record<never, never>>;
  FeatureDrift: { readonly Feature: string };
}
export type MetricName = keyof Dimensions;

/** Those that are one line for the stage, and those that are one for each value of something. */
export type WholeMetricName = {
  [Name in MetricName]: keyof Dimensions[Name] extends never ? Name : never;
}[MetricName];
export type SplitMetricName = Exclude<MetricName, WholeMetricName>;

/** What each is written by, besides the stage: a metric is known by all of its dimensions. */
export function dimensionsOf(name: MetricName): readonly string[] {
  switch (name) {
    case 'DriftScore':
      return [];
    case 'FeatureDrift':
      return ['Feature'];
    default:
      return WRITTEN[name].dimensions;
  }
}
