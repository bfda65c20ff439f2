import { Construct } from 'constructs';
import type { StageConfig } from '../../config.ts';
import { customMetric, customMetrics, DAY, HOUR } from './custom-metric.ts';
import { addDashboard, graph } from './widgets.ts';

/** What it means for patients and for those who treat them. */
export class ClinicalDashboard extends Construct {
  constructor(scope: Construct, id: string, { stage }: StageConfig) {
    super(scope, id);
    addDashboard(
      this,
      `centinela-${stage}-clinical`,
      [
        graph('Casos urgentes hallados', 'Urgent cases found', {
          left: [
            customMetric(stage, 'UrgentCount', { statistic: 'Sum', period: HOUR }),
            customMetric(stage, 'RedFlagCount', { statistic: 'Sum', period: HOUR }),
          ],
          width: 12,
        }),
        graph('Tiempo de respuesta en casos críticos', 'Time to answer for critical cases', {
          left: ['p50', 'p95'].map((statistic) =>
            customMetric(stage, 'UrgentLatency', { statistic, period: HOUR, label: statistic }),
          ),
          width: 12,
        }),
      ],
      [
        graph('Valoración media de los médicos', "Doctors' mean rating", {
          left: [customMetric(stage, 'DoctorRating', { statistic: 'Average', period: DAY })],
          width: 12,
        }),
        graph('Casos que requieren revisión', 'Cases that need review', {
          left: [customMetrics(stage, 'ReviewCount', { statistic: 'Sum', period: HOUR })],
          stacked: true,
          width: 12,
        }),
      ],
    );
  }
}
