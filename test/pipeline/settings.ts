import type { PipelineSettings } from '../../pipeline/settings.ts';

/** A stage's, made up. */
export const SETTINGS: PipelineSettings = {
  region: 'eu-west-1',
  jobRoleArn: 'arn:aws:iam::111122223333:role/job',
  keyArn: 'arn:aws:kms:eu-west-1:111122223333:key/training',
  rawUri: 's3://raw/data',
  processedUri: 's3://processed/runs',
  runsUri: 's3://artefacts/runs',
  wheelhouseUri: 's3://artefacts/wheelhouse/0123456789abcdef',
  source: { uri: 's3://assets/code.tar.gz', file: 'code.tar.gz' },
  modelGroup: 'centinela-trial',
};
