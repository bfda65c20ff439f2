import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { type ChosenModel, championParameter } from '../champion.ts';
import type { StageConfig } from '../config.ts';
import type { Handlers } from './handlers.ts';

export interface ChampionRecordProps {
  readonly config: StageConfig;
  readonly model: ChosenModel;
  readonly handlers: Handlers;
}

/** Names the model that answers, for the next synth to read; written when it stands, so never a failed one's. */
export class ChampionRecord extends Construct {
  constructor(scope: Construct, id: string, { config, model, handlers }: ChampionRecordProps) {
    super(scope, id);
    const parameter = new StringParameter(this, 'Parameter', {
      parameterName: championParameter(config.stage),
      description: 'The model bundle that answers, and the layer that holds it',
      stringValue: JSON.stringify({
        layerVersionArn: handlers.layers.model.layerVersionArn,
        version: model.version,
      }),
    });
    parameter.node.addDependency(handlers.predict.liveResource);
  }
}
