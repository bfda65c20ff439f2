/**
 * `npm run phrases [-- --json FILE]`: how many of the frozen phrases a request understands and a search finds, by
 * language and register.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { DEFAULT_MODEL_DIR } from '../../lambdas/adapters/bundle.ts';
import { loadModel } from '../../lambdas/adapters/model.ts';
import { judge, levels } from '../fixtures/phrases.ts';

const { values } = parseArgs({ options: { json: { type: 'string' } } });
const table = levels(judge(await loadModel(DEFAULT_MODEL_DIR)));
console.table(Object.fromEntries(table.map(({ group, ...level }) => [group, level])));
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(table, null, 2)}\n`);
