import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { CfnModelPackageGroup, CfnPipeline } from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import { pipelineDefinition } from '../../pipeline/definition.ts';
import type { PipelineSettings } from '../../pipeline/settings.ts';
import type { StageConfig } from '../config.ts';
import { onlyInAws } from '../only-in-aws.ts';

export interface TrainingPipelineProps {
  readonly config: StageConfig;
  readonly settings: PipelineSettings;
  readonly roleArn: string;
}

/** SageMaker's pipeline, and the registry group that its models go to. */
export class TrainingPipeline extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, { config, settings, roleArn }: TrainingPipelineProps) {
    super(scope, id);
    this.name = `centinela-${config.stage}`;
    const group = new CfnModelPackageGroup(this, 'Models', {
      modelPackageGroupName: settings.modelGroup,
      modelPackageGroupDescription: 'Bundles that passed the gates; a named person approves them.',
    });
    group.applyRemovalPolicy(config.removable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN);
    const pipeline = new CfnPipeline(this, 'Pipeline', {
      pipelineName: this.name,
      roleArn,
      pipelineDefinition: {
        PipelineDefinitionBody: Stack.of(this).toJsonString(pipelineDefinition(settings)),
      },
    });
    pipeline.addResourceDependency(group);
    onlyInAws(config, group, pipeline);
  }

  /** Lets somebody start the pipeline, and see whether it runs. */
  grantStart(grantee: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: ['sagemaker:StartPipelineExecution', 'sagemaker:ListPipelineExecutions'],
      resourceArns: [
        Stack.of(this).formatArn({ service: 'sagemaker', resource: 'pipeline', resourceName: this.name }),
      ],
    });
  }
}
