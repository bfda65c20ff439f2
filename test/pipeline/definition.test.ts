import { describe, expect, it } from 'vitest';
import { checkDefinition, DefinitionError } from '../../pipeline/check.ts';
import { pipelineDefinition } from '../../pipeline/definition.ts';
import { frameworkImage } from '../../pipeline/images.ts';
import type { Definition, ProcessingStep, TrainingStep } from '../../pipeline/schema.ts';
import { SETTINGS } from './settings.ts';

/** A copy that a test may break. */
// biome-ignore lint/suspicious/noExplicitAny: a broken definition has no type
const copy = (): any => structuredClone(pipelineDefinition(SETTINGS));

const jobsOf = ({ Steps }: Definition): (ProcessingStep | TrainingStep)[] =>
  Steps.filter((step) => step.Type !== 'Condition');

describe('the definition', () => {
  it('is the one that was reviewed', async () => {
    const definition = pipelineDefinition(SETTINGS);

    await expect(`${JSON.stringify(definition, null, 2)}\n`).toMatchFileSnapshot('definition.fixture.json');
  });

  it('gives every job code and packages, and no index to ask', () => {
    for (const { Type, Arguments } of jobsOf(pipelineDefinition(SETTINGS))) {
      const inputs =
        Type === 'Processing'
          ? Arguments.ProcessingInputs.map(({ InputName }) => InputName)
          : Arguments.InputDataConfig.map(({ ChannelName }) => ChannelName);

      expect(inputs).toEqual(expect.arrayContaining(['code', 'wheelhouse']));
      expect(Arguments.Environment).toMatchObject({ PIP_NO_INDEX: '1' });
      expect(Arguments.Environment.PIP_FIND_LINKS).toMatch(/\/wheelhouse$/);
    }
  });

  it('lets nobody start a run that approves itself', () => {
    const { Parameters } = pipelineDefinition(SETTINGS);

    const approval = Parameters.find(({ Name }) => Name === 'ModelApprovalStatus');

    expect(approval?.DefaultValue).toBe('PendingManualApproval');
    expect(approval?.EnumValues).not.toContain('Approved');
  });

  it('allows every default', () => {
    for (const { EnumValues, DefaultValue } of pipelineDefinition(SETTINGS).Parameters)
      if (EnumValues) expect(EnumValues).toContain(DefaultValue);
  });

  it('writes every run into folders of its own', () => {
    const definition = pipelineDefinition(SETTINGS);

    const written = jobsOf(definition).flatMap(({ Type, Arguments }) =>
      Type === 'Processing'
        ? Arguments.ProcessingOutputConfig.Outputs.map(({ S3Output }) => S3Output.S3Uri)
        : [Arguments.OutputDataConfig.S3OutputPath],
    );

    expect(written).toHaveLength(3);
    for (const uri of written) expect(JSON.stringify(uri)).toContain('Execution.PipelineExecutionId');
  });
});

describe('checkDefinition', () => {
  it.each<[string, (definition: ReturnType<typeof copy>) => void, RegExp]>([
    [
      'a processing job with a network',
      ({ Steps }) => {
        Steps[0].Arguments.NetworkConfig.EnableNetworkIsolation = false;
      },
      /Steps\.0\.Arguments\.NetworkConfig\.EnableNetworkIsolation/,
    ],
    [
      'a training job with a network',
      ({ Steps }) => {
        Steps[1].Arguments.EnableNetworkIsolation = false;
      },
      /Steps\.1\.Arguments\.EnableNetworkIsolation/,
    ],
    [
      'a volume without a key',
      ({ Steps }) => {
        delete Steps[1].Arguments.ResourceConfig.VolumeKmsKeyId;
      },
      /VolumeKmsKeyId/,
    ],
    [
      'an output without a key',
      ({ Steps }) => {
        delete Steps[2].Arguments.ProcessingOutputConfig.KmsKeyId;
      },
      /KmsKeyId/,
    ],
    [
      'a field that nobody knows',
      ({ Steps }) => {
        Steps[1].Arguments.EnableManagedSpotTraning = true;
      },
      /EnableManagedSpotTraning/,
    ],
    [
      'a parameter that is not declared',
      ({ Steps }) => {
        Steps[1].Arguments.AlgorithmSpecification.TrainingImage = { Get: 'Parameters.Imgae' };
      },
      /train: Parameters\.Imgae is not there when the step starts/,
    ],
    [
      'an output of a step that comes later',
      ({ Steps }) => {
        Steps.reverse();
      },
      /gates: Steps\.evaluate\.PropertyFiles\.gates is not there when the step starts/,
    ],
    [
      'a property file of no output',
      ({ Steps }) => {
        Steps[2].PropertyFiles[0].OutputName = 'elsewhere';
      },
      /Steps\.evaluate\.PropertyFiles\.gates is not there/,
    ],
    [
      'two steps of one name',
      ({ Steps }) => {
        Steps[0].Name = 'register';
      },
      /register: two steps have this name/,
    ],
    [
      'a parameter that does nothing',
      ({ Parameters }) => {
        Parameters.push({ Name: 'Colour', Type: 'String', DefaultValue: 'red' });
      },
      /Parameters\.Colour: no step reads it/,
    ],
  ])('refuses %s', (_, damage, message) => {
    const definition = copy();

    damage(definition);

    expect(() => checkDefinition(definition)).toThrow(DefinitionError);
    expect(() => checkDefinition(definition)).toThrow(message);
  });
});

describe('frameworkImage', () => {
  it('is in the region’s own registry', () => {
    expect(frameworkImage('eu-west-1')).toBe(
      '141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3',
    );
  });

  it('says where AWS has one, where it has none', () => {
    expect(() => frameworkImage('eu-isoe-west-1')).toThrow(
      /given "eu-isoe-west-1", where AWS has no scikit-learn image; it has one in af-south-1, /,
    );
  });
});
