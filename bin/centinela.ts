import { App } from 'aws-cdk-lib';
import { addStacks } from '../lib/app.ts';
import { stageConfig } from '../lib/stages.ts';

const app = new App();
addStacks(app, stageConfig(app.node.tryGetContext('stage')));
app.synth();
