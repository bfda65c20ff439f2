/**
 * What of SageMaker's pipeline definitions Centinela uses, and no more: a definition that leaves out an encryption key or
 * network isolation is refused. Our own, because the schema that AWS publishes refuses valid pipelines.
 */

import { z } from 'zod';

const name = z.string().regex(/^[A-Za-z0-9\-_]{1,64}$/, '1 to 64 letters, digits, hyphens and underscores');

/** A value that is known only when the pipeline runs. */
const referenceSchema = z.strictObject({
  Get: z.string().regex(/^(?:Parameters|Steps|Execution)\..+$/, 'Parameters.…, Steps.… or Execution.…'),
});

/** A value of a JSON file that a step has written. */
const jsonGetSchema = z.strictObject({
  'Std:JsonGet': z.strictObject({ PropertyFile: referenceSchema, Path: z.string().min(1) }),
});

const piece = z.union([z.string(), referenceSchema, jsonGetSchema]);
const joinSchema = z.strictObject({
  'Std:Join': z.strictObject({ On: z.string(), Values: z.array(piece).min(1) }),
});

const text = z.union([z.string().min(1), referenceSchema, joinSchema]);
const s3Uri = z.union([z.string().startsWith('s3://'), referenceSchema, joinSchema]);
const texts = z.record(z.string(), text);
const key = z.string().min(1).describe('KMS key: nothing is written to a disk or a bucket in the clear.');
const isolated = z.literal(true).describe('Code that reads clinical data reaches no network.');
const roleArn = z.string().min(1);

const cluster = {
  InstanceType: text,
  InstanceCount: z.literal(1),
  VolumeSizeInGB: z.int().min(1).max(16_384),
  VolumeKmsKeyId: key,
};
const stopping = z.strictObject({ MaxRuntimeInSeconds: z.int().min(60).max(432_000) });

const parameterSchema = z.strictObject({
  Name: name,
  Type: z.literal('String'),
  DefaultValue: z.string(),
  EnumValues: z.array(z.string()).min(1).exactOptional(),
});

const processingSchema = z.strictObject({
  Name: name,
  Type: z.literal('Processing'),
  Arguments: z.strictObject({
    ProcessingResources: z.strictObject({ ClusterConfig: z.strictObject(cluster) }),
    AppSpecification: z.strictObject({
      ImageUri: text,
      ContainerEntrypoint: z.array(z.string().max(256)).min(1).max(100),
      ContainerArguments: z.array(text).min(1).max(100),
    }),
    Environment: texts,
    NetworkConfig: z.strictObject({ EnableNetworkIsolation: isolated }),
    ProcessingInputs: z.array(
      z.strictObject({
        InputName: name,
        S3Input: z.strictObject({
          S3Uri: s3Uri,
          LocalPath: z.string().startsWith('/opt/ml/processing/'),
          S3DataType: z.literal('S3Prefix'),
          S3InputMode: z.literal('File'),
          S3DataDistributionType: z.literal('FullyReplicated'),
        }),
      }),
    ),
    ProcessingOutputConfig: z.strictObject({
      KmsKeyId: key,
      Outputs: z.array(
        z.strictObject({
          OutputName: name,
          S3Output: z.strictObject({
            S3Uri: s3Uri,
            LocalPath: z.string().startsWith('/opt/ml/processing/'),
            S3UploadMode: z.literal('EndOfJob'),
          }),
        }),
      ),
    }),
    StoppingCondition: stopping,
    RoleArn: roleArn,
  }),
  PropertyFiles: z
    .array(z.strictObject({ PropertyFileName: name, OutputName: name, FilePath: z.string().min(1) }))
    .exactOptional(),
});

const trainingSchema = z.strictObject({
  Name: name,
  Type: z.literal('Training'),
  Arguments: z.strictObject({
    AlgorithmSpecification: z.strictObject({ TrainingImage: text, TrainingInputMode: z.literal('File') }),
    HyperParameters: texts,
    Environment: texts,
    EnableNetworkIsolation: isolated,
    InputDataConfig: z.array(
      z.strictObject({
        ChannelName: z.string().regex(/^[a-z]+$/, 'lower-case letters: the script reads SM_CHANNEL_…'),
        DataSource: z.strictObject({
          S3DataSource: z.strictObject({
            S3DataType: z.literal('S3Prefix'),
            S3Uri: s3Uri,
            S3DataDistributionType: z.literal('FullyReplicated'),
          }),
        }),
      }),
    ),
    OutputDataConfig: z.strictObject({ S3OutputPath: s3Uri, KmsKeyId: key }),
    ResourceConfig: z.strictObject(cluster),
    StoppingCondition: stopping,
    RoleArn: roleArn,
  }),
});

const registerSchema = z.strictObject({
  Name: name,
  Type: z.literal('RegisterModel'),
  Arguments: z.strictObject({
    ModelPackageGroupName: text,
    ModelApprovalStatus: text,
    InferenceSpecification: z.strictObject({
      Containers: z.array(z.strictObject({ Image: text, ModelDataUrl: s3Uri })).length(1),
      SupportedContentTypes: z.array(z.string()),
      SupportedResponseMIMETypes: z.array(z.string()),
    }),
    ModelMetrics: z.strictObject({
      ModelQuality: z.strictObject({
        Statistics: z.strictObject({ ContentType: z.literal('application/json'), S3Uri: s3Uri }),
      }),
    }),
    CustomerMetadataProperties: texts,
  }),
});

const failSchema = z.strictObject({
  Name: name,
  Type: z.literal('Fail'),
  Arguments: z.strictObject({ ErrorMessage: text }),
});

const conditionSchema = z.strictObject({
  Name: name,
  Type: z.literal('Condition'),
  Arguments: z.strictObject({
    Conditions: z
      .array(z.strictObject({ Type: z.literal('Equals'), LeftValue: jsonGetSchema, RightValue: z.string() }))
      .min(1),
    IfSteps: z.array(registerSchema).min(1),
    ElseSteps: z.array(failSchema).min(1),
  }),
});

export const definitionSchema = z.strictObject({
  Version: z.literal('2020-12-01'),
  PipelineExperimentConfig: z.null().describe('No experiment is made: its right is not given.'),
  Parameters: z.array(parameterSchema),
  Steps: z.array(z.discriminatedUnion('Type', [processingSchema, trainingSchema, conditionSchema])).min(1),
});

export type Reference = z.infer<typeof referenceSchema>;
export type JsonGet = z.infer<typeof jsonGetSchema>;
export type Join = z.infer<typeof joinSchema>;
/** Text, known now or when the pipeline runs. */
export type Text = z.infer<typeof text>;
export type Parameter = z.infer<typeof parameterSchema>;
export type ProcessingStep = z.infer<typeof processingSchema>;
export type TrainingStep = z.infer<typeof trainingSchema>;
export type ConditionStep = z.infer<typeof conditionSchema>;
export type Definition = z.infer<typeof definitionSchema>;
