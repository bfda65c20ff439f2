import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { type IRestApi, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../lib/config.ts';
import { CustomDomain, type CustomDomainProps } from '../../lib/constructs/custom-domain.ts';
import { stageConfig } from '../../lib/stages.ts';
import { SYNTH_MS } from './synth.ts';

const NAME = 'api.example.org';
const CERTIFICATE = 'arn:aws:acm:eu-west-1:111111111111:certificate/c';

function templateOf(domain: CustomDomainProps['domain']): Template {
  const stack = new Stack(new App(), 'Stack');
  const api = new RestApi(stack, 'Api');
  api.root.addMethod('GET');
  new CustomDomain(stack, 'Domain', { domain, api: api as IRestApi });
  return Template.fromStack(stack);
}

describe('the own domain', { timeout: SYNTH_MS }, () => {
  it('is regional, takes TLS 1.2 or newer, and leads to the API', () => {
    const template = templateOf({ name: NAME, certificateArn: CERTIFICATE });

    template.hasResourceProperties('AWS::ApiGateway::DomainName', {
      DomainName: NAME,
      RegionalCertificateArn: CERTIFICATE,
      SecurityPolicy: 'TLS_1_2',
      EndpointConfiguration: { Types: ['REGIONAL'] },
      MutualTlsAuthentication: Match.absent(),
    });
    template.hasResourceProperties('AWS::ApiGateway::BasePathMapping', {
      BasePath: Match.absent(),
      DomainName: { Ref: Match.stringLikeRegexp('^DomainName') },
      RestApiId: { Ref: Match.stringLikeRegexp('^Api') },
      Stage: Match.anyValue(),
    });
  });

  it('asks clients for a certificate where there is a truststore', () => {
    const truststore = 's3://trust.example/2026/hospitals.pem';

    const template = templateOf({ name: NAME, certificateArn: CERTIFICATE, truststore });

    template.hasResourceProperties('AWS::ApiGateway::DomainName', {
      MutualTlsAuthentication: { TruststoreUri: truststore },
    });
  });

  it('cannot have a truststore that is no object of a bucket', () => {
    const given = stageConfig('prod');
    const domain = { name: NAME, certificateArn: CERTIFICATE, truststore: 's3://bucket' };

    expect(() => parseConfig({ ...given, api: { ...given.api, domain } })).toThrow(
      'api.domain.truststore: given "s3://bucket": s3://bucket/key',
    );
  });
});
