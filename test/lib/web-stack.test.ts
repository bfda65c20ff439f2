import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SYNTH_MS, type Synth, synthesise } from './synth.ts';

const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/1';

let folder: string;
let synth: Synth;
let template: Template;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'centinela-'));
  synth = synthesise('prod', folder, {
    web: { domain: { name: 'centinela.example.org', certificateArn: CERTIFICATE } },
  });
  template = Template.fromStack(synth.stacks.web);
}, SYNTH_MS);
afterAll(() => rmSync(folder, { recursive: true }));

describe('the page', () => {
  it('lies in buckets that nobody reaches but by the distribution', () => {
    const buckets = Object.values(template.findResources('AWS::S3::Bucket'));

    expect(buckets).toHaveLength(3);
    for (const { Properties } of buckets)
      expect(Properties.PublicAccessBlockConfiguration).toMatchObject({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
      });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 's3:GetObject',
            Principal: { Service: 'cloudfront.amazonaws.com' },
            Condition: { StringEquals: { 'AWS:SourceArn': Match.anyValue() } },
          }),
        ]),
      },
    });
    template.hasResourceProperties('AWS::CloudFront::OriginAccessControl', {
      OriginAccessControlConfig: { SigningBehavior: 'always', SigningProtocol: 'sigv4' },
    });
  });

  it('comes by HTTPS of TLS 1.2 at least, and is logged without cookies', () => {
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        Aliases: ['centinela.example.org'],
        DefaultRootObject: 'index.html',
        DefaultCacheBehavior: { ViewerProtocolPolicy: 'redirect-to-https', AllowedMethods: ['GET', 'HEAD'] },
        ViewerCertificate: {
          AcmCertificateArn: CERTIFICATE,
          MinimumProtocolVersion: 'TLSv1.2_2021',
          SslSupportMethod: 'sni-only',
        },
        Logging: { Bucket: Match.anyValue(), IncludeCookies: false },
      },
    });
  });

  it('forbids its browser whatever it does not need', () => {
    template.hasResourceProperties('AWS::CloudFront::ResponseHeadersPolicy', {
      ResponseHeadersPolicyConfig: {
        SecurityHeadersConfig: {
          ContentSecurityPolicy: {
            ContentSecurityPolicy:
              "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            Override: true,
          },
          ContentTypeOptions: { Override: true },
          FrameOptions: { FrameOption: 'DENY', Override: true },
          ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: true },
          StrictTransportSecurity: {
            AccessControlMaxAgeSec: 31_536_000,
            IncludeSubdomains: true,
            Override: true,
          },
        },
      },
    });
  });

  it('asks for nothing that its own policy forbids, and speaks both languages', () => {
    const page = readFileSync('web/placeholder/index.html', 'utf8');

    expect(page).not.toMatch(/<script|<style|<link|<img|style=|https?:/);
    expect(page).toMatch(/<html lang="es">[\s\S]*lang="en"/);
  });

  it('is put there only in AWS, by a function that names what it may touch', () => {
    const [deployment] = Object.values(template.findResources('Custom::CDKBucketDeployment'));
    const wild = Object.values(template.findResources('AWS::IAM::Policy')).filter(({ Properties }) =>
      Properties.PolicyDocument.Statement.some(({ Resource }: { Resource: unknown }) => Resource === '*'),
    );

    expect(deployment).toMatchObject({ Condition: 'OnlyInAws' });
    expect(wild).toEqual([]);
  });
});

it('the checks object to nothing', () => {
  expect(synth.findings).toEqual([]);
});
