import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type AlarmRow, addAlarm, type Watch } from './alarm.ts';
import { FIVE_MINUTES } from './custom-metric.ts';

const NAMESPACE = 'CentinelaSecurity';

interface SecurityRow extends Pick<AlarmRow, 'name' | 'severity' | 'meaning'> {
  /** Of CloudTrail's events. */
  readonly pattern: string;
}

const anyOf = (...names: readonly string[]): string =>
  names.map((name) => `($.eventName = ${name})`).join(' || ');

/** CIS AWS Foundations Benchmark 1.4, 4.1 to 4.9; those on networks are left out, for Centinela has none. */
export const SECURITY_ALARMS: readonly SecurityRow[] = [
  {
    name: 'unauthorised-calls',
    severity: 'warning',
    meaning: 'Calls were refused for want of rights (CIS 4.1).',
    pattern: '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
  },
  {
    name: 'sign-in-without-mfa',
    severity: 'critical',
    meaning: 'Somebody signed in to the console without a second factor (CIS 4.2).',
    pattern:
      '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }',
  },
  {
    name: 'root-used',
    severity: 'critical',
    meaning: 'The account’s root acted (CIS 4.3).',
    pattern:
      '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
  },
  {
    name: 'iam-changed',
    severity: 'warning',
    meaning: 'Policies of IAM were changed (CIS 4.4).',
    pattern: `{ ($.eventSource = iam.amazonaws.com) && (${anyOf(
      ...['DeleteGroupPolicy', 'DeleteRolePolicy', 'DeleteUserPolicy', 'PutGroupPolicy', 'PutRolePolicy'],
      ...['PutUserPolicy', 'CreatePolicy', 'DeletePolicy', 'CreatePolicyVersion', 'DeletePolicyVersion'],
      ...['AttachRolePolicy', 'DetachRolePolicy', 'AttachUserPolicy', 'DetachUserPolicy'],
      ...['AttachGroupPolicy', 'DetachGroupPolicy'],
    )}) }`,
  },
  {
    name: 'trail-changed',
    severity: 'critical',
    meaning: 'CloudTrail was changed or stopped (CIS 4.5).',
    pattern: `{ ${anyOf('CreateTrail', 'UpdateTrail', 'DeleteTrail', 'StartLogging', 'StopLogging')} }`,
  },
  {
    name: 'sign-in-failed',
    severity: 'warning',
    meaning: 'Somebody could not sign in to the console (CIS 4.6).',
    pattern: '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
  },
  {
    name: 'key-disabled',
    severity: 'critical',
    meaning: 'A key was disabled or will be deleted, and what it encrypts with it (CIS 4.7).',
    pattern: `{ ($.eventSource = kms.amazonaws.com) && (${anyOf('DisableKey', 'ScheduleKeyDeletion')}) }`,
  },
  {
    name: 'bucket-changed',
    severity: 'warning',
    meaning: 'Policies of buckets were changed (CIS 4.8).',
    pattern: `{ ($.eventSource = s3.amazonaws.com) && (${anyOf(
      ...['PutBucketAcl', 'PutBucketPolicy', 'PutBucketCors', 'PutBucketLifecycle', 'PutBucketReplication'],
      ...['DeleteBucketPolicy', 'DeleteBucketCors', 'DeleteBucketLifecycle', 'DeleteBucketReplication'],
    )}) }`,
  },
  {
    name: 'recorder-changed',
    severity: 'warning',
    meaning: 'AWS Config was changed or stopped (CIS 4.9).',
    pattern: `{ ($.eventSource = config.amazonaws.com) && (${anyOf(
      ...['StopConfigurationRecorder', 'DeleteDeliveryChannel', 'PutDeliveryChannel'],
      'PutConfigurationRecorder',
    )}) }`,
  },
];

/** What the account's CloudTrail tells of who weakens it. */
export class SecurityAlarms extends Construct {
  constructor(scope: Construct, id: string, watch: Watch, trailLogGroup: string) {
    super(scope, id);
    const logGroup = LogGroup.fromLogGroupName(this, 'Trail', trailLogGroup);
    for (const { pattern, ...row } of SECURITY_ALARMS) {
      const filter = new MetricFilter(this, `${row.name}-filter`, {
        logGroup,
        filterPattern: FilterPattern.literal(pattern),
        metricNamespace: NAMESPACE,
        metricName: `${watch.config.stage}-${row.name}`,
      });
      addAlarm(this, watch, {
        ...row,
        metric: filter.metric({ statistic: 'Sum', period: FIVE_MINUTES }),
        threshold: 0,
        // The filter writes only where it finds something.
        missing: TreatMissingData.NOT_BREACHING,
      });
    }
  }
}
