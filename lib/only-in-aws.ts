import { CfnCondition, CfnOutput, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { StageConfig } from './config.ts';

const ID = 'OnlyInAws';

/**
 * Puts resources that an emulator refuses under the one condition that the emulator's stage makes false, so that the
 * stacks deployed there are the very stacks of production.
 */
export function onlyInAws(config: StageConfig, ...constructs: readonly IConstruct[]): void {
  for (const construct of constructs) {
    const condition = inAws(config, Stack.of(construct));
    for (const child of construct.node.findAll()) {
      if (CfnResource.isCfnResource(child)) child.cfnOptions.condition = condition;
      if (child instanceof CfnOutput) child.condition = condition;
    }
  }
}

/** That condition, for what is less than a resource. */
export function inAws({ emulated }: StageConfig, stack: Stack): CfnCondition {
  acknowledge(stack, { 'CloudFormation-Validate::W8003': 'The condition is the stage’s, known at synth.' });
  return (
    (stack.node.tryFindChild(ID) as CfnCondition | undefined) ??
    new CfnCondition(stack, ID, { expression: Fn.conditionEquals(emulated ? 'emulator' : 'aws', 'aws') })
  );
}
