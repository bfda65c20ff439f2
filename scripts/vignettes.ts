/**
 * `npm run vignettes -- --count first|tuned`: must-not-miss vignettes and harmless look-alikes (`data/vignettes`)
 * through the code that answers requests; writes `reports/experiments/urgent_vignettes.json`. The first count, on rules written without a
 * look at the vignettes, is the honest one and is written once; what is counted after a rule was mended because of
 * them is `tuned`.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_MODEL_DIR } from '../lambdas/adapters/bundle.ts';
import { loadModel } from '../lambdas/adapters/model.ts';
import { share } from './evaluation/numbers.ts';
import { createTeller, readVignettes, type Told } from './evaluation/vignettes.ts';
import { wilson } from './evaluation/wilson.ts';

const REPORT = resolve(import.meta.dirname, '../reports/experiments/urgent_vignettes.json');
const COUNTS = ['first', 'tuned'];

async function main(): Promise<void> {
  const { count } = parseArgs({ options: { count: { type: 'string' } } }).values;
  if (count === undefined || !COUNTS.includes(count))
    throw new Error(`usage: npm run vignettes -- --count ${COUNTS.join('|')}`);
  const counts = existsSync(REPORT) ? JSON.parse(readFileSync(REPORT, 'utf8')) : {};
  if (count === 'first' && 'first' in counts)
    throw new Error(
      'reports/experiments/urgent_vignettes.json has a first count, and there is only one; count as tuned',
    );
  const model = await loadModel(process.env.CENTINELA_MODEL_DIR ?? DEFAULT_MODEL_DIR);
  const tell = createTeller(model);
  const sentinels: Told[] = [];
  for (const vignette of readVignettes('sentinels')) sentinels.push(await tell(vignette));
  const benign: Told[] = [];
  for (const vignette of readVignettes('benign')) benign.push(await tell(vignette));
  const judged = benign.filter(({ overtriageExpected }) => !overtriageExpected);
  counts[count] = {
    model_version: model.knowledge.bundle.version,
    sentinels: { ...flagged(sentinels), vignettes: sentinels },
    benign: { ...flagged(judged), expected_overtriage: benign.length - judged.length, vignettes: benign },
  };
  writeFileSync(REPORT, `${JSON.stringify(counts, null, 2)}\n`);
  for (const [name, told] of Object.entries({ sentinels, benign: judged })) {
    const { n, flagged: all, by_rules, by_models } = flagged(told);
    console.log(`${name}: ${all} of ${n} flagged, ${by_rules} by the rules, ${by_models} by the models`);
  }
}

function flagged(told: readonly Told[]) {
  const count = (holds: (one: Told) => boolean) => told.filter(holds).length;
  const all = count(({ urgent }) => urgent);
  return {
    n: told.length,
    flagged: all,
    share: share(told, ({ urgent }) => urgent),
    share_interval: wilson(all, told.length),
    by_rules: count(({ rules }) => rules.length > 0),
    by_models: count(({ byModels }) => byModels),
  };
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
