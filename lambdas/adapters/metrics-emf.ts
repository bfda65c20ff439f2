/** Metrics in Lambda: lines of CloudWatch's embedded metric format, written while the request is answered. */

import { MetricUnit, Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import { METRICS, type Measurement, type Metrics, NAMESPACE, stageOf } from './metrics.ts';

const UNITS = {
  count: MetricUnit.Count,
  milliseconds: MetricUnit.Milliseconds,
  ratio: MetricUnit.NoUnit,
  rating: MetricUnit.NoUnit,
} as const;

/** Writes what is recorded at once, a line for each combination of dimensions: the sandbox may freeze afterwards. */
export function createEmfMetrics(stage: string): Metrics {
  const powertools = new Powertools({ namespace: NAMESPACE });
  // Its own `service` would make other metrics of ours: a metric is known by all of its dimensions.
  powertools.clearDefaultDimensions();
  powertools.setDefaultDimensions({ Stage: stage });
  return {
    record: (measurements) => {
      const lines = Map.groupBy(measurements, ([, , dimensions]) => JSON.stringify(dimensions));
      for (const line of lines.values()) write(powertools, line);
    },
    text: null,
  };
}

function write(powertools: Powertools, line: readonly Measurement[]): void {
  powertools.addDimensions({ ...line[0]?.[2] });
  for (const [name, value] of line) powertools.addMetric(name, UNITS[METRICS[name].unit], value);
  powertools.publishStoredMetrics();
}

/** The process's own, for its stage. */
export const ownMetrics = (): Metrics => createEmfMetrics(stageOf(process.env));
