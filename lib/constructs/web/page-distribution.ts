import { Certificate, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  Distribution,
  HttpVersion,
  type IResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../../acknowledge.ts';
import type { StageConfig } from '../../config.ts';
import type { PageBucket } from './page-bucket.ts';
import { PageHeaders } from './page-headers.ts';

export interface PageDistributionProps {
  readonly config: StageConfig;
  readonly bucket: PageBucket;
}

/** The page on the Internet: HTTPS alone, reading the bucket by a signature of its own. */
export class PageDistribution extends Construct {
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, { config, bucket }: PageDistributionProps) {
    super(scope, id);
    const { domain } = config.web;
    this.distribution = new Distribution(this, 'Distribution', {
      comment: `Centinela ${config.stage}: the clinician's page`,
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      enableLogging: true,
      logBucket: bucket.visits as IBucket,
      // What somebody typed after the address is nobody's to keep.
      logIncludesCookies: false,
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket.files as IBucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        responseHeadersPolicy: new PageHeaders(this, 'Headers', config.stage)
          .policy as IResponseHeadersPolicy,
      },
      ...(domain !== undefined && {
        domainNames: [domain.name],
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
        certificate: Certificate.fromCertificateArn(
          this,
          'Certificate',
          domain.certificateArn,
        ) as ICertificate,
      }),
    });
    acknowledge(this.distribution, {
      'AwsSolutions::AwsSolutions-CFR1':
        'Clinicians travel: the page holds nothing, and the API asks for a token.',
      'AwsSolutions::AwsSolutions-CFR2':
        'A firewall for CloudFront lives in us-east-1, a stack of its own; files that take no input give it nothing to look at. The API has one.',
    });
    if (domain === undefined)
      acknowledge(this.distribution, {
        'AwsSolutions::AwsSolutions-CFR4':
          'Without a domain in web.domain CloudFront’s own certificate serves, whose TLS nobody can choose.',
      });
  }
}
