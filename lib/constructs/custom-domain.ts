import { CfnOutput } from 'aws-cdk-lib';
import {
  DomainName,
  EndpointType,
  type IRestApi,
  type MTLSConfig,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';

export interface CustomDomainProps {
  readonly domain: NonNullable<StageConfig['api']['domain']>;
  readonly api: IRestApi;
}

/** The API's own name, TLS 1.2 or newer; with a truststore only clients with a certificate of its authorities get in. */
export class CustomDomain extends Construct {
  constructor(scope: Construct, id: string, { domain, api }: CustomDomainProps) {
    super(scope, id);
    const { name, certificateArn, truststore } = domain;
    const made = new DomainName(this, 'Name', {
      domainName: name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
      ...(truststore !== undefined && { mtls: this.#truststore(truststore) }),
    });
    made.addBasePathMapping(api, { stage: api.deploymentStage });
    new CfnOutput(this, 'Alias', {
      value: made.domainNameAliasDomainName,
      description: `What ${name} must point to: a CNAME or alias record in its zone`,
    });
  }

  /** @param address `s3://bucket/key`, as the configuration's check leaves it. */
  #truststore(address: string): MTLSConfig {
    const [bucket = '', ...key] = address.slice('s3://'.length).split('/');
    return { bucket: Bucket.fromBucketName(this, 'Truststore', bucket) as IBucket, key: key.join('/') };
  }
}
