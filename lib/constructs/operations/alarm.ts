import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IAlarmAction,
  type TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { StageConfig } from '../../config.ts';
import type { AlarmSeverity, AlarmTopics } from './alarm-topics.ts';

/** Where an alarm is told. */
export interface Watch {
  readonly config: StageConfig;
  readonly topics: AlarmTopics;
}

export interface AlarmRow {
  /** Part of the alarm's name, under which docs/aws.md says what to do. */
  readonly name: string;
  readonly severity: AlarmSeverity;
  /** What is wrong when it rings. */
  readonly meaning: string;
  readonly metric: AlarmProps['metric'];
  /** Rings above it; {@link below} turns it round. */
  readonly threshold: number;
  readonly below?: boolean;
  /** Periods of the metric, all of them on the wrong side. 1 where not given. */
  readonly periods?: number;
  /** No default: what silence means is to be thought about for each alarm. */
  readonly missing: TreatMissingData;
}

/** The name that an alarm has in an account of several stages. */
export const alarmName = (stage: string, name: string): string => `centinela-${stage}-${name}`;

/** An alarm that tells its topic when it begins and when it ends. */
export function addAlarm(scope: Construct, { config, topics }: Watch, row: AlarmRow): Alarm {
  const alarm = new Alarm(scope, row.name, {
    alarmName: alarmName(config.stage, row.name),
    alarmDescription: row.meaning,
    metric: row.metric,
    threshold: row.threshold,
    comparisonOperator:
      row.below === true ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: row.periods ?? 1,
    treatMissingData: row.missing,
  });
  const action = tell(topics, row.severity);
  alarm.addAlarmAction(action);
  alarm.addOkAction(action);
  return alarm;
}

export const tell = (topics: AlarmTopics, severity: AlarmSeverity): IAlarmAction =>
  new SnsAction(topics.of[severity] as ITopic);
