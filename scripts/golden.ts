/**
 * `npm run golden`: answers every golden request with the champion, prints what changed against the answers that were
 * there, for review, and writes them to `test/golden/answers.json`.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { DEFAULT_MODEL_DIR } from '../lambdas/adapters/bundle.ts';
import { loadModel } from '../lambdas/adapters/model.ts';
import { answerOf, type GoldenAnswer, type GoldenRefusal } from './golden/answers.ts';
import { ANSWERS, goldenCases } from './golden/cases.ts';
import { differences } from './golden/difference.ts';

type Answers = Readonly<Record<string, GoldenAnswer | GoldenRefusal>>;

const before: Answers = JSON.parse(readFileSync(ANSWERS, 'utf8'));
const model = await loadModel(DEFAULT_MODEL_DIR);
const after: Record<string, GoldenAnswer | GoldenRefusal> = {};
for (const golden of goldenCases(DEFAULT_MODEL_DIR)) after[golden.name] = await answerOf(model, golden);

const told = { new: 0, gone: 0, decisions: 0, numbers: 0 };
for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
  if (!(name in after)) told.gone++;
  else if (!(name in before)) told.new++;
  else tell(name, differences(before[name], after[name]));
}
console.log(
  `${Object.keys(after).length} answers: ${told.new} new, ${told.gone} gone, ${told.decisions} that decide otherwise, ` +
    `${told.numbers} of which numbers alone moved`,
);
const lines = Object.entries(after).map(
  ([name, answer]) => `${JSON.stringify(name)}: ${JSON.stringify(answer)}`,
);
writeFileSync(ANSWERS, `{\n${lines.join(',\n')}\n}\n`);

function tell(name: string, changes: ReturnType<typeof differences>): void {
  const decided = changes.filter(({ before: a, after: b }) => typeof a !== 'number' || typeof b !== 'number');
  if (decided.length > 0) {
    told.decisions++;
    console.log(name);
    for (const { path, before: a, after: b } of decided)
      console.log(`  ${path}: ${JSON.stringify(a)} -> ${JSON.stringify(b)}`);
  } else if (changes.length > 0) told.numbers++;
}
