import { parameter } from '../parameters.ts';
import { below, EXECUTION_ARN, join, jsonGet, modelOf, outputOf } from '../references.ts';
import type { ConditionStep } from '../schema.ts';
import type { PipelineSettings } from '../settings.ts';
import { EVALUATE, GATES } from './evaluate.ts';
import { TRAIN } from './train.ts';

/** Offers the bundle for approval if it passed the gates; else the run fails and says which it did not. */
export const decide = ({ modelGroup, source }: PipelineSettings): ConditionStep => ({
  Name: 'gates',
  Type: 'Condition',
  Arguments: {
    Conditions: [
      { Type: 'Equals', LeftValue: jsonGet(EVALUATE, GATES.name, 'verdict'), RightValue: 'passed' },
    ],
    IfSteps: [
      {
        Name: 'register',
        Type: 'RegisterModel',
        Arguments: {
          ModelPackageGroupName: modelGroup,
          ModelApprovalStatus: parameter('ModelApprovalStatus'),
          // SageMaker asks for an image; the bundle is served by Lambda.
          InferenceSpecification: {
            Containers: [{ Image: parameter('ImageUri'), ModelDataUrl: modelOf(TRAIN) }],
            SupportedContentTypes: ['application/json'],
            SupportedResponseMIMETypes: ['application/json'],
          },
          ModelMetrics: {
            ModelQuality: {
              Statistics: {
                ContentType: 'application/json',
                S3Uri: below(outputOf(EVALUATE, GATES.output), GATES.file),
              },
            },
          },
          CustomerMetadataProperties: { execution: EXECUTION_ARN, source: source.file },
        },
      },
    ],
    ElseSteps: [
      {
        Name: 'refuse',
        Type: 'Fail',
        Arguments: {
          ErrorMessage: join(': ', 'Gates not passed', jsonGet(EVALUATE, GATES.name, 'failed')),
        },
      },
    ],
  },
});
