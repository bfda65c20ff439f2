/**
 * `npm run aws-docs`: writes the generated parts of docs/aws.md: the configuration's reference, the alarms and the cost
 * of `prod`, the latter two from its templates. The tests write them again and compare.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { stageConfig } from '../lib/stages.ts';
import { alarmReference, readAlarms } from './aws-docs/alarm-reference.ts';
import { configReference } from './aws-docs/config-reference.ts';
import { readDeployed } from './cost/deployed.ts';
import { readPrices } from './cost/prices.ts';
import { costReport } from './cost/report.ts';
import { withTemplates } from './cost.ts';
import { fillParts } from './generated.ts';

export const AWS_DOCS = 'docs/aws.md';

/** @param templates folder of a synth of `prod`. */
export function renderAwsDocs(text: string, templates: string): string {
  const config = stageConfig('prod');
  return fillParts(AWS_DOCS, text, {
    config: configReference([stageConfig('staging'), config]),
    alarms: alarmReference(readAlarms(templates)),
    cost: costReport({ config, deployed: readDeployed(templates), prices: readPrices() }, 'en'),
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const text = readFileSync(AWS_DOCS, 'utf8');
  writeFileSync(
    AWS_DOCS,
    withTemplates('prod', (folder) => renderAwsDocs(text, folder)),
  );
}
