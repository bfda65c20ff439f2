/**
 * `npm run readme`: writes the README's figures and answers from `reports/` and the champion bundle.
 * The tests render it again and compare: no figure there is typed by hand.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { DEFAULT_MODEL_DIR } from '../lambdas/adapters/bundle.ts';
import { loadModel, type Model } from '../lambdas/adapters/model.ts';
import { CLINICAL_SOURCES, renderClinicalSources } from './clinical-sources.ts';
import { fillParts } from './generated.ts';
import { examples } from './readme/examples.ts';
import { commonTable, orphanTable, questionTable } from './readme/figures.ts';

const README = 'README.md';

/** The README with its generated parts written anew, each between `<!-- NAME -->` and `<!-- /NAME -->`. */
export async function renderReadme(text: string, model: Model): Promise<string> {
  const parts = {
    'orphan-figures': orphanTable(),
    'common-figures': commonTable(),
    'question-figures': questionTable(),
    examples: await examples(model),
  };
  return fillParts(README, text, parts);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const model = await loadModel(DEFAULT_MODEL_DIR);
  writeFileSync(README, await renderReadme(readFileSync(README, 'utf8'), model));
  writeFileSync(CLINICAL_SOURCES, renderClinicalSources());
}
