import { Aws, CfnOutput, DefaultStackSynthesizer, Duration, Stack } from 'aws-cdk-lib';
import {
  type IOidcProvider,
  OidcProviderNative,
  PolicyStatement,
  Role,
  WebIdentityPrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { championParameter } from '../../champion.ts';
import type { StageConfig } from '../../config.ts';
import { onlyInAws } from '../../only-in-aws.ts';

const ISSUER = 'token.actions.githubusercontent.com';
const AUDIENCE = 'sts.amazonaws.com';

/** The four roles of a bootstrapped region that `cdk deploy` works with. */
const BOOTSTRAP_ROLES = [
  DefaultStackSynthesizer.DEFAULT_DEPLOY_ROLE_ARN,
  DefaultStackSynthesizer.DEFAULT_FILE_ASSET_PUBLISHING_ROLE_ARN,
  DefaultStackSynthesizer.DEFAULT_IMAGE_ASSET_PUBLISHING_ROLE_ARN,
  DefaultStackSynthesizer.DEFAULT_LOOKUP_ROLE_ARN,
];

/** What a job of the repository's environment may become: someone who deploys by CDK, and no more; it reads which model is deployed. */
export class DeployRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, config: StageConfig, github: NonNullable<StageConfig['github']>) {
    super(scope, id);
    const { owner, repo, environment, providerArn } = github;
    const arn = providerArn ?? this.#provider().oidcProviderArn;
    this.role = new Role(this, 'Role', {
      roleName: `centinela-${config.stage}-github-deploy`,
      description: `Deploys Centinela ${config.stage} from GitHub`,
      maxSessionDuration: Duration.hours(1),
      assumedBy: new WebIdentityPrincipal(arn, {
        StringEquals: {
          [`${ISSUER}:aud`]: AUDIENCE,
          [`${ISSUER}:sub`]: `repo:${owner}/${repo}:environment:${environment}`,
        },
      }),
    });
    const regions = [config.region, ...(config.replicaRegion === undefined ? [] : [config.replicaRegion])];
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['sts:AssumeRole'],
        resources: regions.flatMap((region) => BOOTSTRAP_ROLES.map((role) => inRegion(role, region))),
      }),
    );
    // Synth asks which model is deployed, so that code leaves it alone.
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['ssm:GetParameter'],
        resources: [
          Stack.of(this).formatArn({
            service: 'ssm',
            resource: 'parameter',
            resourceName: championParameter(config.stage).slice(1),
          }),
        ],
      }),
    );
    new CfnOutput(this, 'Arn', { value: this.role.roleArn, description: 'AWS_ROLE_ARN of the environment.' });
    onlyInAws(config, this);
  }

  #provider(): IOidcProvider {
    return new OidcProviderNative(this, 'GitHub', { url: `https://${ISSUER}`, clientIds: [AUDIENCE] });
  }
}

const inRegion = (role: string, region: string): string =>
  role
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: placeholders of CDK's own templates
    .replace('${AWS::Partition}', Aws.PARTITION)
    .replaceAll('${AWS::AccountId}', Aws.ACCOUNT_ID)
    .replace('${Qualifier}', DefaultStackSynthesizer.DEFAULT_QUALIFIER)
    .replace('${AWS::Region}', region);
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above
