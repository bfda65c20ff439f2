import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import { PageBucket } from '../constructs/web/page-bucket.ts';
import { PageDistribution } from '../constructs/web/page-distribution.ts';
import { PageFiles } from '../constructs/web/page-files.ts';
import type { DataStack } from './data-stack.ts';

export interface WebStackProps extends StackProps {
  readonly config: StageConfig;
  readonly data: DataStack;
}

/** The clinician's page; a placeholder until it is written. */
export class WebStack extends Stack {
  constructor(scope: Construct, id: string, { config, data, ...props }: WebStackProps) {
    super(scope, id, props);
    const bucket = new PageBucket(this, 'Bucket', config.removable);
    const { distribution } = new PageDistribution(this, 'Page', { config, bucket });
    new PageFiles(this, 'Files', {
      config,
      bucket: bucket.files as IBucket,
      logKey: data.keys.of.operations,
    });
    new CfnOutput(this, 'Address', { value: `https://${distribution.distributionDomainName}` });
  }
}
