import { Duration } from 'aws-cdk-lib';
import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import {
  Alarm,
  AlarmRule,
  AlarmState,
  ComparisonOperator,
  CompositeAlarm,
  type IAlarm,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { acknowledge } from '../../acknowledge.ts';
import { onlyInAws } from '../../only-in-aws.ts';
import { alarmName, tell, type Watch } from './alarm.ts';
import type { AlarmSeverity } from './alarm-topics.ts';

/**
 * How fast a month's error budget may burn (Google's SRE workbook, chapter 5): over the long window it is so fast,
 * and over the short one still is. 14.4 burns 2 % of the budget in an hour, 6 burns 5 % in six, 3 burns 10 % in a day.
 */
const BURNS: readonly {
  readonly name: string;
  readonly rate: number;
  readonly long: Duration;
  readonly short: Duration;
  readonly severity: AlarmSeverity;
}[] = [
  { name: 'fast', rate: 14.4, long: Duration.hours(1), short: Duration.minutes(5), severity: 'critical' },
  { name: 'middle', rate: 6, long: Duration.hours(6), short: Duration.minutes(30), severity: 'critical' },
  { name: 'slow', rate: 3, long: Duration.days(1), short: Duration.hours(2), severity: 'warning' },
];

/** Of the latency objective: one request in a hundred may be slower. */
const SLOW_BUDGET = 0.01;

/** A percentage as CloudWatch takes it, without the noise of binary fractions. */
const tidy = (value: number): number => Number(value.toFixed(6));

/** Multi-window burn-rate alarms of the two objectives: availability, and the time of answers. */
export class SloAlarms extends Construct {
  constructor(scope: Construct, id: string, watch: Watch, api: Stage) {
    super(scope, id);
    const { sloAvailability, sloP99Ms } = watch.config.operations.alarms;
    for (const { name, rate, ...windows } of BURNS) {
      this.#burn(watch, `availability-${name}`, windows, {
        metric: (period) => api.metricServerError({ statistic: 'Average', period }),
        threshold: tidy((1 - sloAvailability) * rate),
      });
      // Over 14.4 % are slower exactly where the percentile 85.6 is.
      this.#burn(watch, `latency-${name}`, windows, {
        metric: (period) =>
          api.metricLatency({ statistic: `p${tidy(100 * (1 - SLOW_BUDGET * rate))}`, period }),
        threshold: sloP99Ms,
      });
    }
  }

  #burn(
    { config, topics }: Watch,
    name: string,
    windows: { readonly long: Duration; readonly short: Duration; readonly severity: AlarmSeverity },
    rule: { readonly metric: (period: Duration) => Metric; readonly threshold: number },
  ): void {
    const parts = (['long', 'short'] as const).map((window) => {
      const alarm = new Alarm(this, `${name}-${window}`, {
        alarmName: alarmName(config.stage, `slo-${name}-${window}`),
        alarmDescription: 'One of the two windows of a burn-rate alarm; tells nobody by itself.',
        metric: rule.metric(windows[window]),
        threshold: rule.threshold,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: 1,
        // Without requests no budget burns.
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      acknowledge(alarm, {
        'HIPAA.Security::HIPAA.Security-CloudWatchAlarmAction':
          'A window of a burn-rate alarm: the composite of both has the action.',
      });
      return alarm;
    });
    const both = new CompositeAlarm(this, name, {
      compositeAlarmName: alarmName(config.stage, `slo-${name}`),
      alarmDescription: `The error budget of the ${name.split('-')[0]} objective burns too fast.`,
      alarmRule: AlarmRule.allOf(
        ...parts.map((alarm) => AlarmRule.fromAlarm(alarm as IAlarm, AlarmState.ALARM)),
      ),
    });
    const action = tell(topics, windows.severity);
    both.addAlarmAction(action);
    both.addOkAction(action);
    onlyInAws(config, both);
  }
}
