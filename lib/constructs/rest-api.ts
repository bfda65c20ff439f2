import { Duration } from 'aws-cdk-lib';
import {
  AccessLogField,
  AccessLogFormat,
  ApiKeySourceType,
  AuthorizationType,
  EndpointType,
  IdentitySource,
  type IResource,
  type IRestApi,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RequestAuthorizer,
  RestApi,
  type UsagePlan,
} from 'aws-cdk-lib/aws-apigateway';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ROUTES } from '../../lambdas/api/routes.ts';
import { acknowledge } from '../acknowledge.ts';
import type { StageConfig } from '../config.ts';
import { addGatewayProblems } from './gateway-problems.ts';
import type { Handlers } from './handlers.ts';

export interface HttpApiProps {
  readonly config: StageConfig;
  readonly handlers: Handlers;
  readonly accessLog: LogGroup;
}

/** The regional REST API: every route of `lambdas/api`, the authorizer, and answers for what reaches none of them. */
export class HttpApi extends Construct {
  readonly api: RestApi;
  readonly plan: UsagePlan;

  constructor(scope: Construct, id: string, { config, handlers, accessLog }: HttpApiProps) {
    super(scope, id);
    this.api = new RestApi(this, 'Api', {
      restApiName: `centinela-${config.stage}`,
      endpointTypes: [EndpointType.REGIONAL],
      apiKeySourceType: ApiKeySourceType.AUTHORIZER,
      disableExecuteApiEndpoint: config.api.domain !== undefined,
      cloudWatchRole: true,
      deployOptions: {
        stageName: 'live',
        tracingEnabled: true,
        metricsEnabled: true,
        loggingLevel: MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: ACCESS_LOG,
      },
    });
    const authorizer = new RequestAuthorizer(this, 'Authorizer', {
      handler: handlers.authorizer.target,
      identitySources: [IdentitySource.header('Authorization')],
      resultsCacheTtl: Duration.minutes(5),
    });
    for (const { id: route, method, path, aliases, scope: asked } of ROUTES) {
      const handler = handlers.of.get(route);
      if (handler === undefined) throw new Error(`route ${route} has no function`);
      for (const resource of [path, ...aliases])
        this.#resourceAt(resource).addMethod(method, new LambdaIntegration(handler.target), {
          ...(asked === null
            ? { authorizationType: AuthorizationType.NONE }
            : { authorizationType: AuthorizationType.CUSTOM, authorizer, apiKeyRequired: true }),
        });
    }
    this.api.root.addProxy({
      anyMethod: true,
      defaultIntegration: new LambdaIntegration(handlers.notFound.target),
    });
    addGatewayProblems(this.api);
    acknowledge(this, NAG);
    this.plan = this.api.addUsagePlan('Hospitals', {
      name: `centinela-${config.stage}`,
      throttle: { rateLimit: config.api.ratePerSecond, burstLimit: config.api.burst },
      apiStages: [{ api: this.api as IRestApi, stage: this.api.deploymentStage }],
    });
  }

  #resourceAt(path: string): IResource {
    return this.api.root.resourceForPath(path);
  }
}

/** What the checks object to, and why it is right here. */
const NAG = {
  'AwsSolutions::AwsSolutions-APIG2':
    'The handlers validate: the gateway cannot name the bad field and what is allowed.',
  'AwsSolutions::AwsSolutions-COG4':
    'Our authorizer takes tokens of any issuer that the stage trusts, the user pool’s among them.',
  'AwsSolutions::AwsSolutions-APIG4':
    'Whether it is alive, the contract, and what does not exist are told to everybody.',
  'AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]':
    'The account-wide role with which API Gateway writes its logs; AWS has no narrower one.',
  'HIPAA.Security::HIPAA.Security-APIGWCacheEnabledAndEncrypted':
    'Never cached by the gateway: its key leaves the body out, and two patients would share an answer.',
  'HIPAA.Security::HIPAA.Security-APIGWSSLEnabled':
    'The integrations are Lambda functions, not HTTP servers that a certificate would convince.',
};

/** No path, query or body: they may hold what is the patient's. */
const ACCESS_LOG = AccessLogFormat.custom(
  JSON.stringify({
    request_id: AccessLogField.contextRequestId(),
    extended_request_id: AccessLogField.contextExtendedRequestId(),
    time: AccessLogField.contextRequestTimeEpoch(),
    resource: AccessLogField.contextResourcePath(),
    method: AccessLogField.contextHttpMethod(),
    status: AccessLogField.contextStatus(),
    latency_ms: AccessLogField.contextResponseLatency(),
    tenant: AccessLogField.contextAuthorizer('tenant'),
    error: AccessLogField.contextErrorResponseType(),
  }),
);
