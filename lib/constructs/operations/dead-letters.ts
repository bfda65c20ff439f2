import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type Alarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from '../../acknowledge.ts';
import { addAlarm, type Watch } from './alarm.ts';
import { FIVE_MINUTES } from './custom-metric.ts';

/** Where events end that nobody could take, kept for two weeks; rings while one lies there. */
export class DeadLetters extends Construct {
  readonly queue: Queue;
  readonly alarm: Alarm;

  /** @param name part of the alarm's name. */
  constructor(scope: Construct, id: string, watch: Watch, name: string) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.alarm = addAlarm(this, watch, {
      name,
      severity: 'warning',
      meaning: 'Events could not be delivered and lie in the dead-letter queue.',
      metric: this.queue.metricApproximateNumberOfMessagesVisible({
        statistic: 'Maximum',
        period: FIVE_MINUTES,
      }),
      threshold: 0,
      // SQS falls silent about a queue that has been empty for hours.
      missing: TreatMissingData.NOT_BREACHING,
    });
    acknowledge(this.queue, { 'AwsSolutions::AwsSolutions-SQS3': 'It is a dead-letter queue.' });
  }
}
