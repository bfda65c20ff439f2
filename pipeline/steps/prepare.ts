import { parameter } from '../parameters.ts';
import { below, EXECUTION_ID } from '../references.ts';
import type { ProcessingStep } from '../schema.ts';
import type { PipelineSettings } from '../settings.ts';
import { processing } from './job.ts';

export const PREPARE = 'prepare';

/** Checks the raw data and writes what training reads. */
export const prepare = (settings: PipelineSettings): ProcessingStep =>
  processing(settings, {
    name: PREPARE,
    module: 'centinela_training.steps.prepare',
    inputs: { raw: parameter('RawDataUri') },
    outputs: { training: below(parameter('ProcessedUri'), EXECUTION_ID, 'training') },
    maxHours: 1,
  });
