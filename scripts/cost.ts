/**
 * `npm run cost [-- --stage prod --lang en]`: what a month of a stage costs, idle, at 10,000 and at a million predictions
 * a day, from the templates that it deploys and the list prices in `data/aws/prices.json`.
 */

import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { stageConfig } from '../lib/stages.ts';
import { readDeployed } from './cost/deployed.ts';
import { readPrices } from './cost/prices.ts';
import { costReport } from './cost/report.ts';
import { withFolder } from './folder.ts';
import { readLang } from './lang.ts';

/** Runs with a folder of the stage's templates, made for it and gone after. */
export function withTemplates<T>(stage: string, use: (folder: string) => T): T {
  return withFolder((folder) => {
    // The checkout's model: what is asked here must not hang on credentials.
    const context = ['-c', `stage=${stage}`, '-c', 'model=checkout'];
    execFileSync('npx', ['--no-install', 'cdk', 'synth', '-q', ...context, '-o', folder], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    return use(folder);
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    const { values } = parseArgs({
      options: { stage: { type: 'string', default: 'prod' }, lang: { type: 'string', default: 'es' } },
    });
    const config = stageConfig(values.stage);
    const lang = readLang(values.lang);
    console.log(
      withTemplates(config.stage, (folder) =>
        costReport({ config, deployed: readDeployed(folder), prices: readPrices() }, lang),
      ),
    );
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
