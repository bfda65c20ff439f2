/** What all jobs have in common: code and packages come as inputs, for there is no network to fetch them from. */

import { parameter } from '../parameters.ts';
import type { ProcessingStep, Text } from '../schema.ts';
import type { PipelineSettings } from '../settings.ts';

const PROCESSING = '/opt/ml/processing';

/** Hours, in seconds. */
export const hours = (count: number): number => count * 3_600;

/** Makes pip install from a folder and ask no index, whoever calls it: script mode installs `requirements.txt` itself. */
export const pipFrom = (wheelhouse: string): Record<string, string> => ({
  PIP_NO_INDEX: '1',
  PIP_FIND_LINKS: wheelhouse,
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  // Newer images run Ubuntu's Python, into which pip else refuses to install.
  PIP_BREAK_SYSTEM_PACKAGES: '1',
});

/** Processing has no script mode: unpacks the code, installs its packages, then runs the module that the arguments name. */
const START =
  'cd "$(mktemp -d)" && tar -xzf "$CENTINELA_SOURCE" && python3 -m pip install --quiet -r requirements.txt && exec python3 -m "$0" "$@"';

export interface ProcessingJob {
  readonly name: string;
  /** Module of the training code; it reads and writes `inputs` and `outputs` by their names below /opt/ml/processing. */
  readonly module: string;
  readonly inputs: Readonly<Record<string, Text>>;
  readonly outputs: Readonly<Record<string, Text>>;
  readonly maxHours: number;
}

/** A processing step that runs a module of the training code. */
export function processing(settings: PipelineSettings, job: ProcessingJob): ProcessingStep {
  const { source, wheelhouseUri, keyArn, jobRoleArn } = settings;
  const inputs = { ...job.inputs, code: source.uri, wheelhouse: wheelhouseUri };
  return {
    Name: job.name,
    Type: 'Processing',
    Arguments: {
      ProcessingResources: {
        ClusterConfig: {
          InstanceType: parameter('ProcessingInstanceType'),
          InstanceCount: 1,
          VolumeSizeInGB: 30,
          VolumeKmsKeyId: keyArn,
        },
      },
      AppSpecification: {
        ImageUri: parameter('ImageUri'),
        ContainerEntrypoint: ['/bin/bash', '-c', START],
        ContainerArguments: [job.module],
      },
      Environment: {
        ...pipFrom(`${PROCESSING}/input/wheelhouse`),
        CENTINELA_SOURCE: `${PROCESSING}/input/code/${source.file}`,
      },
      NetworkConfig: { EnableNetworkIsolation: true },
      ProcessingInputs: Object.entries(inputs).map(([InputName, S3Uri]) => ({
        InputName,
        S3Input: {
          S3Uri,
          LocalPath: `${PROCESSING}/input/${InputName}`,
          S3DataType: 'S3Prefix',
          S3InputMode: 'File',
          S3DataDistributionType: 'FullyReplicated',
        },
      })),
      ProcessingOutputConfig: {
        KmsKeyId: keyArn,
        Outputs: Object.entries(job.outputs).map(([OutputName, S3Uri]) => ({
          OutputName,
          S3Output: { S3Uri, LocalPath: `${PROCESSING}/output/${OutputName}`, S3UploadMode: 'EndOfJob' },
        })),
      },
      StoppingCondition: { MaxRuntimeInSeconds: hours(job.maxHours) },
      RoleArn: jobRoleArn,
    },
  };
}
