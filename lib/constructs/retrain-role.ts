import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import { onlyInAws } from '../only-in-aws.ts';
import type { TrainingPipeline } from './training-pipeline.ts';

const ISSUER = 'token.actions.githubusercontent.com';

/** GitHub environment of `retrain.yml`: without reviewers, for an alarm waits for nobody; so it may not deploy. */
const RETRAIN_ENVIRONMENT = 'retraining';

export interface Repository {
  readonly owner: string;
  readonly repo: string;
}

export interface RetrainRoleProps {
  readonly config: StageConfig;
  readonly github: Repository;
  readonly pipeline: TrainingPipeline;
}

/** What the workflow `retrain` becomes: someone who may start the pipeline, and nothing else. */
export class RetrainRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { config, github, pipeline }: RetrainRoleProps) {
    super(scope, id);
    // By name: an account has one provider of an issuer, whoever made it.
    const provider = Stack.of(this).formatArn({
      service: 'iam',
      region: '',
      resource: 'oidc-provider',
      resourceName: ISSUER,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    this.role = new Role(this, 'Role', {
      roleName: `centinela-${config.stage}-github-retrain`,
      description: `Starts Centinela ${config.stage}'s training from GitHub`,
      maxSessionDuration: Duration.hours(1),
      assumedBy: new WebIdentityPrincipal(provider, {
        StringEquals: {
          [`${ISSUER}:aud`]: 'sts.amazonaws.com',
          [`${ISSUER}:sub`]: `repo:${github.owner}/${github.repo}:environment:${RETRAIN_ENVIRONMENT}`,
        },
      }),
    });
    pipeline.grantStart(this.role);
    onlyInAws(config, this);
  }
}
