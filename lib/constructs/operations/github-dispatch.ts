import { Duration, SecretValue } from 'aws-cdk-lib';
import { Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import {
  ApiDestination,
  Authorization,
  Connection,
  HttpMethod,
  type IApiDestination,
  type IConnection,
  type IEventBus,
  Rule,
  RuleTargetInput,
} from 'aws-cdk-lib/aws-events';
import { ApiDestination as ApiDestinationTarget } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { StageConfig } from '../../config.ts';
import { onlyInAws } from '../../only-in-aws.ts';
import { addAlarm, type Watch } from './alarm.ts';
import { FIVE_MINUTES } from './custom-metric.ts';
import { DeadLetters } from './dead-letters.ts';

/** What {@link DispatchGate}'s function returned, as Lambda puts it on the bus. */
const DISPATCH = '$.detail.responsePayload.dispatch';

export interface GitHubDispatchProps extends Watch {
  readonly github: NonNullable<StageConfig['github']>;
  readonly bus: IEventBus;
}

/** Tells GitHub: `POST /repos/{owner}/{repo}/dispatches`, which starts the workflow of that event type. */
export class GitHubDispatch extends Construct {
  constructor(scope: Construct, id: string, { github, bus, ...watch }: GitHubDispatchProps) {
    super(scope, id);
    const { config } = watch;
    const { owner, repo, tokenSecret } = github;
    const ruleName = `centinela-${config.stage}-github`;
    // EventBridge keeps a copy of the token in a secret of its own.
    const token = SecretValue.secretsManager(tokenSecret).unsafeUnwrap();
    const connection = new Connection(this, 'Connection', {
      description: 'GitHub, by token',
      authorization: Authorization.apiKey('Authorization', SecretValue.unsafePlainText(`Bearer ${token}`)),
    });
    const destination = new ApiDestination(this, 'Dispatches', {
      connection: connection as IConnection,
      endpoint: `https://api.github.com/repos/${owner}/${repo}/dispatches`,
      httpMethod: HttpMethod.POST,
      rateLimitPerSecond: 1,
    });
    // 403, 404 and 422 go there at once: asking again would not help. 401, 429 and 5xx are tried again before.
    const dead = new DeadLetters(this, 'Undelivered', watch, 'dispatch-undelivered');
    new Rule(this, 'Rule', {
      ruleName,
      eventBus: bus,
      description: 'What GitHub is to be told',
      eventPattern: {
        source: ['lambda'],
        detail: { responsePayload: { dispatch: { event_type: ['retrain', 'deploy-model'] } } },
      },
      targets: [
        new ApiDestinationTarget(destination as IApiDestination, {
          event: RuleTargetInput.fromEventPath(DISPATCH),
          headerParameters: {
            Accept: 'application/vnd.github+json',
            'X-GitHub-Api-Version': '2022-11-28',
          },
          deadLetterQueue: dead.queue as IQueue,
          maxEventAge: Duration.hours(6),
          retryAttempts: 60,
        }),
      ],
    });
    addAlarm(this, watch, {
      name: 'dispatch-failed',
      severity: 'warning',
      meaning: 'GitHub was not told: its answer was an error, or there was none for six hours.',
      metric: new Metric({
        namespace: 'AWS/Events',
        metricName: 'FailedInvocations',
        dimensionsMap: { EventBusName: bus.eventBusName, RuleName: ruleName },
        statistic: 'Sum',
        period: FIVE_MINUTES,
      }),
      threshold: 0,
      // EventBridge writes this metric only where it is not zero.
      missing: TreatMissingData.NOT_BREACHING,
    });
    onlyInAws(config, this);
  }
}
