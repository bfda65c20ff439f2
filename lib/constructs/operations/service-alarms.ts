import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import { type Alarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { type AlarmRow, addAlarm, type Watch } from './alarm.ts';
import { customMetric, DAY, FIVE_MINUTES } from './custom-metric.ts';

/** Nobody asked, so nothing is wrong. */
const { NOT_BREACHING, IGNORE } = TreatMissingData;

/** What is watched of the API and of its answers. */
export class ServiceAlarms extends Construct {
  /** The one that starts a training. */
  readonly drift: Alarm;

  constructor(scope: Construct, id: string, watch: Watch, api: Stage) {
    super(scope, id);
    const { stage, operations } = watch.config;
    const { errorPercent, p99Ms, confidence, drift } = operations.alarms;
    const rows: AlarmRow[] = [
      {
        name: 'api-errors',
        severity: 'critical',
        meaning: `Over ${errorPercent} % of answers were 5xx in five minutes.`,
        // The mean of API Gateway's zeros and ones is the rate itself: no metric math.
        metric: api.metricServerError({ statistic: 'Average', period: FIVE_MINUTES }),
        threshold: errorPercent / 100,
        missing: NOT_BREACHING,
      },
      {
        name: 'api-slow',
        severity: 'warning',
        meaning: `One answer in a hundred took over ${p99Ms} ms, for ten minutes.`,
        metric: api.metricLatency({ statistic: 'p99', period: FIVE_MINUTES }),
        threshold: p99Ms,
        periods: 2,
        missing: NOT_BREACHING,
      },
      {
        name: 'low-confidence',
        severity: 'warning',
        meaning: `The mean confidence of answers was below ${confidence} for thirty minutes.`,
        metric: customMetric(stage, 'Confidence', { statistic: 'Average', period: FIVE_MINUTES }),
        threshold: confidence,
        below: true,
        periods: 6,
        missing: NOT_BREACHING,
      },
      {
        name: 'model-unavailable',
        severity: 'critical',
        meaning: 'Answers came from the red-flag rules alone: the models cannot be run.',
        metric: customMetric(stage, 'ModelUnavailableCount', { statistic: 'Sum', period: FIVE_MINUTES }),
        threshold: 0,
        missing: NOT_BREACHING,
      },
      {
        name: 'not-recorded',
        severity: 'critical',
        meaning: 'Answers were given that the store did not keep.',
        metric: customMetric(stage, 'NotRecordedCount', { statistic: 'Sum', period: FIVE_MINUTES }),
        threshold: 0,
        missing: NOT_BREACHING,
      },
    ];
    for (const row of rows) addAlarm(this, watch, row);
    this.drift = addAlarm(this, watch, {
      name: 'drift',
      severity: 'warning',
      meaning: `Over ${drift} of the features drifted from what the model was trained on.`,
      metric: customMetric(stage, 'DriftScore', { statistic: 'Maximum', period: DAY }),
      threshold: drift,
      // A day that was not computed says neither that drift came nor that it went.
      missing: IGNORE,
    });
  }
}
