import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnIPSet, CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import { onlyInAws } from '../only-in-aws.ts';
import { ServiceLog } from './service-log.ts';

/** AWS's managed rules in front of the API, by rising priority. */
const MANAGED = [
  { name: 'AWSManagedRulesAmazonIpReputationList', counted: [] },
  // Blocks bodies over 8 KB, whatever is inspected: a patient's FHIR bundle is longer.
  { name: 'AWSManagedRulesCommonRuleSet', counted: ['SizeRestrictions_BODY'] },
  { name: 'AWSManagedRulesKnownBadInputsRuleSet', counted: [] },
];

export interface FirewallProps {
  readonly config: StageConfig;
  /** Of the API's stage. */
  readonly stageArn: string;
  readonly logKey: IKey;
}

/** The web ACL of an API's stage: managed rules, a limit for each address and, where the stage has one, a list of who may call. */
export class Firewall extends Construct {
  constructor(scope: Construct, id: string, { config, stageArn, logKey }: FirewallProps) {
    super(scope, id);
    const { stage, api } = config;
    const seen = (name: string) => ({
      cloudWatchMetricsEnabled: true,
      metricName: `centinela-${stage}-${name}`,
      sampledRequestsEnabled: false,
    });
    const managed = MANAGED.map(({ name, counted }, priority) => ({
      name,
      priority: priority + 1,
      overrideAction: { none: {} },
      visibilityConfig: seen(name),
      statement: {
        managedRuleGroupStatement: {
          vendorName: 'AWS',
          name,
          ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
        },
      },
    }));
    const rate = {
      name: 'rate',
      priority: MANAGED.length + 1,
      action: { block: {} },
      visibilityConfig: seen('rate'),
      statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit: api.requestsPerAddress } },
    };
    const acl = new CfnWebACL(this, 'Acl', {
      name: `centinela-${stage}`,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: seen('all'),
      rules: [...this.#onlyListed(stage, api.allowList, seen('allow-list')), ...managed, rate],
    });
    // WAF writes only to logs of this prefix.
    const log = new ServiceLog(this, 'Log', { config, key: logKey, name: `aws-waf-logs-centinela-${stage}` });
    onlyInAws(
      config,
      new CfnWebACLAssociation(this, 'Association', { resourceArn: stageArn, webAclArn: acl.attrArn }),
      new CfnLoggingConfiguration(this, 'Logging', {
        resourceArn: acl.attrArn,
        logDestinationConfigs: [log.group.logGroupArn],
        redactedFields: [{ uriPath: {} }, { queryString: {} }, { singleHeader: { Name: 'authorization' } }],
      }),
    );
  }

  #onlyListed(
    stage: string,
    addresses: readonly string[],
    visibilityConfig: CfnWebACL.VisibilityConfigProperty,
  ): CfnWebACL.RuleProperty[] {
    if (addresses.length === 0) return [];
    const list = new CfnIPSet(this, 'AllowList', {
      name: `centinela-${stage}-allow-list`,
      scope: 'REGIONAL',
      ipAddressVersion: 'IPV4',
      addresses: [...addresses],
    });
    return [
      {
        name: 'allow-list',
        priority: 0,
        action: { block: {} },
        visibilityConfig,
        statement: { notStatement: { statement: { ipSetReferenceStatement: { arn: list.attrArn } } } },
      },
    ];
  }
}
