/** The training pipeline: prepare -> train -> evaluate -> register for approval, or fail. */

import { checkDefinition } from './check.ts';
import { parameters } from './parameters.ts';
import type { Definition } from './schema.ts';
import type { PipelineSettings } from './settings.ts';
import { decide } from './steps/decide.ts';
import { evaluate } from './steps/evaluate.ts';
import { prepare } from './steps/prepare.ts';
import { train } from './steps/train.ts';

/** @throws DefinitionError, RangeError where the settings make none. */
export function pipelineDefinition(settings: PipelineSettings): Definition {
  return checkDefinition({
    Version: '2020-12-01',
    PipelineExperimentConfig: null,
    Parameters: parameters(settings),
    Steps: [prepare(settings), train(settings), evaluate(settings), decide(settings)],
  });
}
