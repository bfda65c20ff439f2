/** Checks of a definition that SageMaker makes only when it is created, or when a run has come to the fault. */

import { type Definition, definitionSchema } from './schema.ts';

/** A definition that would not run; the message names every fault. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';
}

/** What a step leaves to later ones, as they refer to it. */
type Offers = ReadonlySet<string>;

/** @throws DefinitionError where it is of another shape, or refers to what is not there. */
export function checkDefinition(given: unknown): Definition {
  const parsed = definitionSchema.safeParse(given);
  if (!parsed.success)
    throw new DefinitionError(
      parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'),
    );
  const faults = faultsOf(parsed.data);
  if (faults.length > 0) throw new DefinitionError(faults.join('\n'));
  return parsed.data;
}

function faultsOf({ Parameters, Steps }: Definition): string[] {
  const parameters = new Set(Parameters.map(({ Name }) => `Parameters.${Name}`));
  const known = new Set([...parameters, 'Execution.PipelineExecutionId', 'Execution.PipelineExecutionArn']);
  const used = new Set<string>();
  const names = Steps.flatMap(stepNames);
  const faults = names
    .filter((name, at) => names.indexOf(name) !== at)
    .map((name) => `${name}: two steps have this name`);
  for (const step of Steps) {
    for (const reference of referencesIn(step)) {
      used.add(reference);
      if (!known.has(reference)) faults.push(`${step.Name}: ${reference} is not there when the step starts`);
    }
    for (const offer of offersOf(step)) known.add(offer);
  }
  const idle = [...parameters].filter((name) => !used.has(name));
  return [...faults, ...idle.map((name) => `${name}: no step reads it`)];
}

type Step = Definition['Steps'][number];

function stepNames(step: Step): string[] {
  if (step.Type !== 'Condition') return [step.Name];
  const { IfSteps, ElseSteps } = step.Arguments;
  return [step.Name, ...[...IfSteps, ...ElseSteps].map(({ Name }) => Name)];
}

function offersOf(step: Step): Offers {
  if (step.Type === 'Training') return new Set([`Steps.${step.Name}.ModelArtifacts.S3ModelArtifacts`]);
  if (step.Type === 'Condition') return new Set();
  const { Outputs } = step.Arguments.ProcessingOutputConfig;
  const outputs = new Set(Outputs.map(({ OutputName }) => OutputName));
  const files = (step.PropertyFiles ?? []).filter(({ OutputName }) => outputs.has(OutputName));
  return new Set([
    ...[...outputs].map(
      (name) => `Steps.${step.Name}.ProcessingOutputConfig.Outputs['${name}'].S3Output.S3Uri`,
    ),
    ...files.map(({ PropertyFileName }) => `Steps.${step.Name}.PropertyFiles.${PropertyFileName}`),
  ]);
}

/** Every `Get` below a value. */
function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('Get' in value && typeof value.Get === 'string') return [value.Get];
  return Object.values(value).flatMap(referencesIn);
}
