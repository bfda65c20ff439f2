import { parameter } from '../parameters.ts';
import { below, EXECUTION_ID, outputOf } from '../references.ts';
import type { Text, TrainingStep } from '../schema.ts';
import type { PipelineSettings } from '../settings.ts';
import { hours, pipFrom } from './job.ts';
import { PREPARE } from './prepare.ts';

export const TRAIN = 'train';

const INPUT = '/opt/ml/input/data';

/** Trains a bundle, in script mode: the image unpacks the code, installs its packages and runs `train.py`. */
export function train(settings: PipelineSettings): TrainingStep {
  const { source, wheelhouseUri, runsUri, keyArn, jobRoleArn } = settings;
  const channels: Readonly<Record<string, Text>> = {
    training: outputOf(PREPARE, 'training'),
    code: source.uri,
    wheelhouse: wheelhouseUri,
  };
  return {
    Name: TRAIN,
    Type: 'Training',
    Arguments: {
      AlgorithmSpecification: { TrainingImage: parameter('ImageUri'), TrainingInputMode: 'File' },
      HyperParameters: {
        sagemaker_program: 'train.py',
        // From a channel: an isolated container cannot fetch it from its bucket.
        sagemaker_submit_directory: `${INPUT}/code/${source.file}`,
      },
      Environment: pipFrom(`${INPUT}/wheelhouse`),
      EnableNetworkIsolation: true,
      InputDataConfig: Object.entries(channels).map(([ChannelName, S3Uri]) => ({
        ChannelName,
        DataSource: {
          S3DataSource: { S3DataType: 'S3Prefix', S3Uri, S3DataDistributionType: 'FullyReplicated' },
        },
      })),
      OutputDataConfig: { S3OutputPath: below(runsUri, EXECUTION_ID, 'training'), KmsKeyId: keyArn },
      ResourceConfig: {
        InstanceType: parameter('TrainingInstanceType'),
        InstanceCount: 1,
        VolumeSizeInGB: 50,
        VolumeKmsKeyId: keyArn,
      },
      StoppingCondition: { MaxRuntimeInSeconds: hours(6) },
      RoleArn: jobRoleArn,
    },
  };
}
