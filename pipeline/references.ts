/** Values that are known only when the pipeline runs, as its definition writes them. */

import type { Join, JsonGet, Reference, Text } from './schema.ts';

/** Of the run itself: an id that no other run has. */
export const EXECUTION_ID: Reference = { Get: 'Execution.PipelineExecutionId' };
export const EXECUTION_ARN: Reference = { Get: 'Execution.PipelineExecutionArn' };

/** Where a processing step has put an output. */
export const outputOf = (step: string, output: string): Reference => ({
  Get: `Steps.${step}.ProcessingOutputConfig.Outputs['${output}'].S3Output.S3Uri`,
});

/** Where a training step has put `model.tar.gz`. */
export const modelOf = (step: string): Reference => ({
  Get: `Steps.${step}.ModelArtifacts.S3ModelArtifacts`,
});

/** A value of a step's property file. */
export const jsonGet = (step: string, file: string, path: string): JsonGet => ({
  'Std:JsonGet': { PropertyFile: { Get: `Steps.${step}.PropertyFiles.${file}` }, Path: path },
});

/** One text of several. */
export const join = (on: string, ...values: (string | Reference | JsonGet)[]): Join => ({
  'Std:Join': { On: on, Values: values },
});

/** An address below another. */
export const below = (base: string | Reference, ...path: (string | Reference)[]): Text =>
  join('/', base, ...path);
