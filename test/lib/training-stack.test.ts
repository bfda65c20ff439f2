import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { DataStack } from '../../lib/stacks/data-stack.ts';
import { TrainingStack } from '../../lib/stacks/training-stack.ts';
import { stageConfig } from '../../lib/stages.ts';
import { checkDefinition } from '../../pipeline/check.ts';
import type { Definition } from '../../pipeline/schema.ts';
import { synthesiseAll } from './synth.ts';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

const STAGES = ['prod', 'emulator'];
const { synthOf, pathOf } = synthesiseAll(STAGES);

const templateOf = (stage: string) => Template.fromStack(synthOf(stage).stacks.training);
const resourcesOf = (template: Template, type: string) => Object.values(template.findResources(type));

/** Text of a template, its references in angle brackets. */
function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[name, inner] = ['', '']] = Object.entries(value as object);
  if (name === 'Fn::Join') return inner[1].map(flat).join(inner[0]);
  return `<${Array.isArray(inner) ? inner.join('.') : inner}>`;
}

function definitionOf(stage: string): Definition {
  const [pipeline] = resourcesOf(templateOf(stage), 'AWS::SageMaker::Pipeline');
  return JSON.parse(flat(pipeline?.Properties.PipelineDefinition.PipelineDefinitionBody));
}

/** What the role of the id may do. */
function rightsOf(role: 'Job' | 'Pipeline'): Statement[] {
  return Object.entries(templateOf('prod').findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith(`Roles${role}DefaultPolicy`))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
}

const actionsOf = (statements: readonly Statement[]): string[] =>
  statements.flatMap(({ Action }) => Action).sort();

describe.each(STAGES)('training of %s', (stage) => {
  it('has nothing that the checks object to', () => {
    expect(synthOf(stage).findings).toEqual([]);
  });

  it('deploys a definition that stands the check', () => {
    const definition = definitionOf(stage);

    expect(checkDefinition(definition)).toEqual(definition);
  });

  it('asks SageMaker only where there is one', () => {
    const template = templateOf(stage);

    const kinds = ['AWS::SageMaker::Pipeline', 'AWS::SageMaker::ModelPackageGroup'];
    for (const { Condition } of kinds.flatMap((kind) => resourcesOf(template, kind)))
      expect(Condition).toBe('OnlyInAws');
    template.hasCondition('OnlyInAws', { 'Fn::Equals': [stage === 'prod' ? 'aws' : 'emulator', 'aws'] });
  });
});

describe('the code of a job', () => {
  /** Its archive's name among a stage's assets. */
  const archiveOf = (stage: string): string => {
    const name = readdirSync(pathOf(stage)).find((file) => /^asset\..*\.tar\.gz$/.test(file));
    if (name === undefined) throw new Error('no archive among the assets');
    return name;
  };

  it('holds what script mode starts, the lock and the package, and no tests', () => {
    const program = definitionOf('prod').Steps.find(({ Type }) => Type === 'Training')?.Arguments;

    const names = execFileSync('tar', ['-tzf', pathOf('prod', archiveOf('prod'))], { encoding: 'utf8' })
      .trim()
      .split('\n');

    expect(program).toMatchObject({ HyperParameters: { sagemaker_program: 'train.py' } });
    expect(names).toEqual(
      expect.arrayContaining(['train.py', 'requirements.txt', 'centinela_training/train.py']),
    );
    expect(names.filter((name) => /(^|\/)tests\/|\.pyc$/.test(name))).toEqual([]);
  });

  it('is called in the job what it is called in its bucket', () => {
    const manifest = readFileSync(pathOf('prod', 'Centinela-prod-Training.assets.json'), 'utf8');
    const files: { source: { path: string }; destinations: Record<string, { objectKey: string }> }[] =
      Object.values(JSON.parse(manifest).files);
    const code = files.find(({ source }) => source.path === archiveOf('prod'));

    const keys = Object.values(code?.destinations ?? {}).map(({ objectKey }) => objectKey);

    expect(keys).toHaveLength(1);
    expect(JSON.stringify(definitionOf('prod'))).toContain(`/opt/ml/input/data/code/${keys[0]}`);
  });

  it('is the same whenever it is made', () => {
    expect(archiveOf('prod')).toBe(archiveOf('emulator'));
  });
});

describe('the jobs', () => {
  it('start nothing, and pass no role on', () => {
    const actions = actionsOf(rightsOf('Job'));

    expect(actions.filter((action) => /^(sagemaker|iam|lambda|sts):/.test(action))).toEqual([]);
  });

  it('name a resource in all of their rights but the login to registries', () => {
    const wild = rightsOf('Job').filter(({ Resource }) => JSON.stringify(Resource).includes('"*"'));

    expect(wild.map(({ Action }) => Action)).toEqual(['ecr:GetAuthorizationToken']);
  });

  it('write into no bucket of raw data, and delete nothing', () => {
    const rights = rightsOf('Job');

    const writing = rights.filter(({ Action }) => [Action].flat().includes('s3:PutObject'));

    expect(writing).toHaveLength(1);
    expect(JSON.stringify(writing)).not.toMatch(/bucketsraw/i);
    expect(actionsOf(rights).filter((action) => action.includes('Delete'))).toEqual([]);
  });
});

describe('the pipeline', () => {
  it('may only start jobs without a network', () => {
    const starting = rightsOf('Pipeline').filter(({ Action }) =>
      [Action].flat().some((action) => /sagemaker:Create.*Job/.test(action)),
    );

    expect(starting).toHaveLength(1);
    expect(starting[0]?.Condition).toEqual({ Bool: { 'sagemaker:NetworkIsolation': 'true' } });
  });

  it('passes the jobs’ role to SageMaker, and no other to nobody else', () => {
    const [passing] = rightsOf('Pipeline').filter(({ Action }) => Action === 'iam:PassRole');

    expect(passing).toMatchObject({
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^RolesJob/), 'Arn'] },
      Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    });
  });

  it('names a resource in all of its rights', () => {
    expect(JSON.stringify(rightsOf('Pipeline'))).not.toContain('"*"');
  });

  it('approves nothing', () => {
    expect(actionsOf(rightsOf('Pipeline'))).not.toContain('sagemaker:UpdateModelPackage');
  });
});

it('no role has a policy of somebody else’s making, or is anybody else’s SageMaker’s', () => {
  for (const { Properties } of resourcesOf(templateOf('prod'), 'AWS::IAM::Role')) {
    expect(Properties.ManagedPolicyArns).toBeUndefined();
    expect(Properties.AssumeRolePolicyDocument.Statement[0].Condition).toEqual({
      StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
    });
  }
});

describe('with a repository', () => {
  const config = stageConfig('dev');
  const env = { region: config.region };
  const REPOSITORY = { owner: 'clinic', repo: 'centinela' };
  const make = () => {
    const app = new App({ outdir: pathOf('github') });
    const data = new DataStack(app, 'Data', { config, env });
    return new TrainingStack(app, 'Training', { config, data, env, github: REPOSITORY });
  };

  it('lets its workflow start the pipeline, and do nothing else', () => {
    const template = Template.fromStack(make());

    template.hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'centinela-dev-github-retrain',
      AssumeRolePolicyDocument: {
        Statement: [
          Match.objectLike({
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: {
              StringEquals: {
                'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
                'token.actions.githubusercontent.com:sub': 'repo:clinic/centinela:environment:retraining',
              },
            },
          }),
        ],
      },
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp('^Retrain'),
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Action: ['sagemaker:StartPipelineExecution', 'sagemaker:ListPipelineExecutions'],
          }),
        ],
      },
    });
  });

  it('lets whoever deploys models fetch them, and approve none', () => {
    const stack = make();
    const role = new Role(stack, 'Deployer', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });

    stack.grantFetch(role);

    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp('^Deployer'),
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Action: 'sagemaker:DescribeModelPackage' }),
          Match.objectLike({ Action: 's3:GetObject' }),
          Match.objectLike({ Action: 'kms:Decrypt' }),
        ],
      },
    });
  });
});
