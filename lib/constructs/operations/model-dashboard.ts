import { TableWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { StageConfig } from '../../config.ts';
import { customMetric, customMetrics, DAY, FIVE_MINUTES, HOUR } from './custom-metric.ts';
import { addDashboard, graph, titled } from './widgets.ts';

/** What the model answers, and whether it is still asked what it was trained on. */
export class ModelDashboard extends Construct {
  constructor(scope: Construct, id: string, { stage, operations }: StageConfig) {
    super(scope, id);
    const { confidence, drift } = operations.alarms;
    const predictions = (period: typeof HOUR) =>
      customMetrics(stage, 'PredictionCount', { statistic: 'Sum', period });
    addDashboard(
      this,
      `centinela-${stage}-model`,
      [
        graph('Gravedades predichas', 'Severities predicted', { left: [predictions(HOUR)], stacked: true }),
        graph('Confianza media por hora', 'Mean confidence by hour', {
          left: [customMetric(stage, 'Confidence', { statistic: 'Average', period: HOUR })],
          leftYAxis: { min: 0, max: 1 },
          leftAnnotations: [{ value: confidence, label: titled('alarma', 'alarm') }],
        }),
        graph('Índice de deriva', 'Drift score', {
          left: [customMetric(stage, 'DriftScore', { statistic: 'Maximum', period: DAY })],
          leftYAxis: { min: 0, max: 1 },
          leftAnnotations: [{ value: drift, label: titled('alarma', 'alarm') }],
        }),
      ],
      [
        graph('Los diez hallazgos que más derivan', 'The ten features that drift most', {
          left: [customMetrics(stage, 'FeatureDrift', { statistic: 'Maximum', period: DAY, top: 10 })],
          width: 12,
        }),
        // The baseline is whatever version answered before, and the rules alone (`none`).
        new TableWidget({
          title: titled('Campeón frente a la versión de base', 'Champion against baseline'),
          metrics: [predictions(DAY)],
          width: 12,
          height: 6,
        }),
      ],
      [
        graph('Sin modelo: solo reglas', 'Without the model: rules alone', {
          left: [customMetric(stage, 'ModelUnavailableCount', { statistic: 'Sum', period: FIVE_MINUTES })],
          width: 12,
        }),
        graph('Tiempo de una predicción, p95 (ms)', 'Time of a prediction, p95 (ms)', {
          left: [customMetric(stage, 'PredictLatency', { statistic: 'p95', period: FIVE_MINUTES })],
          width: 12,
        }),
      ],
    );
  }
}
