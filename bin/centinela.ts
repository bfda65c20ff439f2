import { App } from 'aws-cdk-lib';
import { accountIn } from '../lib/account.ts';
import { addStacks } from '../lib/app.ts';
import { chooseModel } from '../lib/champion.ts';
import { stageConfig } from '../lib/stages.ts';

const app = new App();
const config = stageConfig(app.node.tryGetContext('stage'), app.node.tryGetContext('issuers'));
const model = await chooseModel(
  config,
  { model: app.node.tryGetContext('model'), deployer: process.env.CDK_DEFAULT_ACCOUNT },
  accountIn(config.region),
);
addStacks(app, config, model);
app.synth();
