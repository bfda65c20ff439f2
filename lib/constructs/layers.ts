import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { type App, RemovalPolicy } from 'aws-cdk-lib';
import { Architecture, Code, type ILayerVersion, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { buildRuntimeLayer } from '../../layers/onnx-runtime/build.ts';
import { CHECKOUT, type ChosenModel } from '../champion.ts';
import type { StageConfig } from '../config.ts';

/** The package that the model layer holds: found, as ONNX Runtime is, wherever layers are put. */
export const MODEL_PACKAGE = 'centinela-model';

/** The two layers of every function that runs the models. */
export class Layers extends Construct {
  readonly runtime: LayerVersion;
  readonly model: ILayerVersion;

  constructor(scope: Construct, id: string, { architecture }: StageConfig, chosen: ChosenModel) {
    super(scope, id);
    const { outdir } = this.node.root as App;
    const folder = join(outdir, `onnx-runtime-${architecture}`);
    buildRuntimeLayer(architecture, folder);
    const compatible = {
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      compatibleArchitectures: [architectureOf(architecture)],
    };
    this.runtime = new LayerVersion(this, 'OnnxRuntime', {
      ...compatible,
      code: Code.fromAsset(folder),
      description: `ONNX Runtime for Node.js, ${architecture}`,
    });
    const { layerVersionArn, version } = chosen;
    this.model =
      layerVersionArn !== undefined
        ? LayerVersion.fromLayerVersionArn(this, 'Champion', layerVersionArn)
        : new LayerVersion(this, 'Model', {
            ...compatible,
            code: Code.fromAsset(stageModel(outdir)),
            description: `Model bundle ${version}`,
            // The last champions stay deployable, and the stack lets go of this one with its next deploy.
            removalPolicy: RemovalPolicy.RETAIN,
          });
  }
}

function stageModel(outdir: string): string {
  const folder = join(outdir, 'model-layer');
  cpSync(CHECKOUT, join(folder, 'nodejs/node_modules', MODEL_PACKAGE), { recursive: true });
  return folder;
}

export const architectureOf = (name: StageConfig['architecture']): Architecture =>
  name === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64;
