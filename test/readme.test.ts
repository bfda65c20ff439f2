import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_MODEL_DIR } from '../lambdas/adapters/bundle.ts';
import { loadModel } from '../lambdas/adapters/model.ts';
import { renderReadme } from '../scripts/readme.ts';

describe('README', () => {
  it('shows the figures of the reports and the answers of the champion', async () => {
    const readme = readFileSync('README.md', 'utf8');

    const rendered = await renderReadme(readme, await loadModel(DEFAULT_MODEL_DIR));

    expect(rendered).toBe(readme);
  });
});
