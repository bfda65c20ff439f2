/** Name of a stage's stack in CloudFormation: part of what commands look up, so never changed. */
export const stackName = (stage: string, part: string): string => `Centinela-${stage}-${part}`;
