/** Metrics on one machine: kept in the process, and told as Prometheus's text. */

import { Counter, Histogram, Registry } from 'prom-client';
import { METRICS, type Measurement, type MetricKind, type MetricName, type Metrics } from './metrics.ts';

const BUCKETS = {
  /** In seconds: from a step of a tenth of a millisecond to a start that waits for the models. */
  milliseconds: [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  ],
  ratio: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
  rating: [1, 2, 3, 4, 5],
};

type Add = (value: number, labels: Readonly<Record<string, string>>) => void;

export function createRegistryMetrics(stage: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ stage });
  const add = Object.fromEntries(
    Object.entries(METRICS).map(([name, kind]) => [name, adder(registry, kind)]),
  ) as Record<MetricName, Add>;
  return {
    record: (measurements) => {
      for (const [name, value, dimensions] of measurements) add[name](value, labelsOf(dimensions));
    },
    text: () => registry.metrics(),
  };
}

function adder(registry: Registry, { unit, dimensions, prometheus: name, help }: MetricKind): Add {
  const options = { name, help, labelNames: dimensions.map(labelOf), registers: [registry] };
  if (unit === 'count') {
    const counter = new Counter(options);
    return (value, labels) => counter.inc(labels, value);
  }
  const inSeconds = unit === 'milliseconds';
  const histogram = new Histogram({ ...options, buckets: BUCKETS[unit] });
  return (value, labels) => histogram.observe(labels, inSeconds ? value / 1000 : value);
}

const labelsOf = (dimensions: Measurement[2]): Record<string, string> =>
  Object.fromEntries(Object.entries(dimensions).map(([name, value]) => [labelOf(name), value]));

/** `ModelVersion` as Prometheus writes it: `model_version`. */
const labelOf = (dimension: string): string => dimension.replace(/(?<=.)(?=[A-Z])/g, '_').toLowerCase();
