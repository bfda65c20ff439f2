import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { StageConfig } from '../config.ts';
import type { ServiceFunction } from './service-function.ts';

type Watched = Pick<
  AlarmProps,
  'threshold' | 'evaluationPeriods' | 'datapointsToAlarm' | 'alarmDescription'
> & {
  readonly metricName: string;
  readonly statistic: string;
};

/** Read from the new version's own figures: so few minutes leave no time to wait for more. */
const WATCHED: Readonly<Record<string, Watched>> = {
  errors: {
    metricName: 'Errors',
    statistic: Stats.SUM,
    threshold: 0,
    evaluationPeriods: 1,
    alarmDescription: 'The new version crashed or timed out.',
  },
  duration: {
    metricName: 'Duration',
    statistic: Stats.percentile(99),
    // Milliseconds. The first minute holds the cold starts.
    threshold: 1_000,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    alarmDescription: 'The new version takes longer than a second at p99.',
  },
};

/**
 * Alarms that stop a rollout. They watch the version that is rolled out and are named after it: so each version has
 * alarms of its own that have never fired, and one that fires for the last version does not stop the one that mends it.
 */
export function newVersionAlarms(
  scope: Construct,
  { stage }: StageConfig,
  { function: { functionName, currentVersion }, live }: ServiceFunction,
): Alarm[] {
  return Object.entries(WATCHED).map(([name, { metricName, statistic, ...watched }]) => {
    const alarm = new Alarm(scope, name, {
      ...watched,
      alarmName: `centinela-${stage}-rollout-${name}-${currentVersion.version}`,
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName,
        statistic,
        period: Duration.minutes(1),
        dimensionsMap: {
          FunctionName: functionName,
          // Not the alias itself: it waits for the alarms.
          Resource: `${functionName}:${live.aliasName}`,
          ExecutedVersion: currentVersion.version,
        },
      }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    acknowledge(alarm, {
      'HIPAA.Security::HIPAA.Security-CloudWatchAlarmAction': 'CodeDeploy reads it and rolls back.',
    });
    return alarm;
  });
}
