import { below, EXECUTION_ID, modelOf, outputOf } from '../references.ts';
import type { ProcessingStep } from '../schema.ts';
import type { PipelineSettings } from '../settings.ts';
import { processing } from './job.ts';
import { PREPARE } from './prepare.ts';
import { TRAIN } from './train.ts';

export const EVALUATE = 'evaluate';

/** Its verdict on the new bundle: `{"verdict": "passed" | "failed", "failed": "names of gates"}`. */
export const GATES = { name: 'gates', file: 'gates.json', output: 'evaluation' } as const;

/** Measures the bundle that was trained, and says whether it passes the gates. */
export const evaluate = (settings: PipelineSettings): ProcessingStep => ({
  ...processing(settings, {
    name: EVALUATE,
    module: 'centinela_training.steps.evaluate',
    inputs: { model: modelOf(TRAIN), training: outputOf(PREPARE, 'training') },
    outputs: { [GATES.output]: below(settings.runsUri, EXECUTION_ID, GATES.output) },
    maxHours: 2,
  }),
  PropertyFiles: [{ PropertyFileName: GATES.name, OutputName: GATES.output, FilePath: GATES.file }],
});
