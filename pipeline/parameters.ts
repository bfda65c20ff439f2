/** What whoever starts the pipeline may set, and the values without. */

import { frameworkImage } from './images.ts';
import type { Parameter, Reference } from './schema.ts';
import type { PipelineSettings } from './settings.ts';

/**
 * Machines whose volumes KMS encrypts: those with a disk of their own refuse a volume key. Memory is what the training
 * needs most.
 */
const MACHINES = [
  'ml.m5.large',
  'ml.m5.xlarge',
  'ml.m5.2xlarge',
  'ml.m5.4xlarge',
  'ml.r5.xlarge',
  'ml.r5.2xlarge',
];

const NAMES = [
  'RawDataUri',
  'ProcessedUri',
  'ImageUri',
  'ProcessingInstanceType',
  'TrainingInstanceType',
  'ModelApprovalStatus',
] as const;
type ParameterName = (typeof NAMES)[number];

/** The parameter's value in a run. */
export const parameter = (name: ParameterName): Reference => ({ Get: `Parameters.${name}` });

export function parameters(settings: PipelineSettings): Parameter[] {
  const { region, rawUri, processedUri } = settings;
  const given: Readonly<Record<ParameterName, Omit<Parameter, 'Name' | 'Type'>>> = {
    RawDataUri: { DefaultValue: rawUri },
    ProcessedUri: { DefaultValue: processedUri },
    ImageUri: { DefaultValue: frameworkImage(region) },
    ProcessingInstanceType: { DefaultValue: 'ml.m5.xlarge', EnumValues: MACHINES },
    TrainingInstanceType: { DefaultValue: 'ml.m5.2xlarge', EnumValues: MACHINES },
    // Not Approved: a run cannot approve itself, a named person does.
    ModelApprovalStatus: {
      DefaultValue: 'PendingManualApproval',
      EnumValues: ['PendingManualApproval', 'Rejected'],
    },
  };
  return NAMES.map((Name) => ({ Name, Type: 'String', ...given[Name] }));
}
