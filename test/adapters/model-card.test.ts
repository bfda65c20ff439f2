import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BundleError, DEFAULT_MODEL_DIR } from '../../lambdas/adapters/bundle.ts';
import { CARD, loadModelCard } from '../../lambdas/adapters/model-card.ts';
import { ModelCardSchema } from '../../lambdas/api/schemas/model-card.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'centinela-card-'));
  await copyFile(join(DEFAULT_MODEL_DIR, 'manifest.json'), join(folder, 'manifest.json'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('loadModelCard', () => {
  it('reads the champion’s card, which names its version and follows the contract in both languages', async () => {
    const { version } = JSON.parse(await readFile(join(DEFAULT_MODEL_DIR, 'manifest.json'), 'utf8'));

    const card = await loadModelCard(DEFAULT_MODEL_DIR);

    expect(card?.model_version).toBe(version);
    for (const lang of ['es', 'en'] as const) {
      expect(ModelCardSchema.parse(card?.[lang])).toMatchObject({ lang, model_version: version });
      expect(card?.markdown[lang]).toMatch(/^# Centinela: /);
      expect(card?.markdown[lang]).toContain(version);
    }
  });

  it('finds none in a folder without one', async () => {
    expect(await loadModelCard(folder)).toBeNull();
  });

  it('takes no card of another version', async () => {
    await writeFile(join(folder, CARD), JSON.stringify({ model_version: '0.2.0+00000000' }));

    expect(await loadModelCard(folder)).toBeNull();
  });

  it('refuses what is not JSON, by its name', async () => {
    await writeFile(join(folder, CARD), '{');

    await expect(loadModelCard(folder)).rejects.toThrow(BundleError);
    await expect(loadModelCard(folder)).rejects.toThrow(/model_card\.json is not JSON/);
  });

  it('refuses a folder without a manifest', async () => {
    await rm(join(folder, 'manifest.json'));

    await expect(loadModelCard(folder)).rejects.toThrow(BundleError);
  });
});
