/**
 * `npm run hospital -- add NAME --stage STAGE`: lets a hospital in and prints what it needs; `list` and `remove NAME`.
 * NAME becomes the tenant, which stands in everything that is stored: it cannot be changed later.
 */
import { parseArgs } from 'node:util';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { stageConfig } from '../lib/stages.ts';
import { createAwsCloud } from './hospital/aws-cloud.ts';
import { readDeployed } from './hospital/deployed.ts';
import { addHospital, listHospitals, removeHospital } from './hospital/hospitals.ts';
import { welcome } from './hospital/welcome.ts';

const USAGE = 'Usage: npm run hospital -- (add NAME | list | remove NAME) --stage STAGE';

/** To the person at the keyboard: what goes to the hospital is alone on the standard output. */
const tell = (line: string): void => void process.stderr.write(`${line}\n`);

try {
  const { values, positionals } = parseArgs({
    options: { stage: { type: 'string' } },
    allowPositionals: true,
  });
  const [command = '', name = '', ...rest] = positionals;
  if (!['add', 'list', 'remove'].includes(command) || rest.length > 0) throw new Error(USAGE);
  const { stage, region } = stageConfig(values.stage);
  const deployed = await readDeployed(new CloudFormationClient({ region }), stage);
  const cloud = createAwsCloud({ stage, ...deployed, client: { region } });
  switch (command) {
    case 'add': {
      const added = await addHospital(cloud, stage, name);
      tell(added.done.length > 0 ? added.done.join('\n') : `${name} was there already; nothing was made.`);
      if (added.secret === undefined)
        tell(
          `The secret was shown when the client was made; whoever may: aws cognito-idp describe-user-pool-client --user-pool-id ${deployed.userPoolId} --client-id ${added.clientId}`,
        );
      process.stdout.write(welcome(added, deployed));
      break;
    }
    case 'list':
      for (const { tenant, clientId = '-', keyEnabled } of await listHospitals(cloud, stage))
        process.stdout.write(`${tenant}\t${clientId}\t${keyEnabled ? 'enabled' : 'disabled'}\n`);
      break;
    case 'remove': {
      const done = await removeHospital(cloud, stage, name);
      tell(done.length > 0 ? `${done.join('\n')}\nIts data were kept.` : `${name} was out already.`);
    }
  }
} catch (error) {
  tell(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
