/** The model card, which lies beside the bundle that it belongs to. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelCard } from '../api/schemas/model-card.ts';
import type { Lang } from '../core/types.ts';
import { BundleError, readManifest } from './bundle-files.ts';

export const CARD = 'model_card.json';

/** The card in both languages, as JSON and as Markdown. */
export type CardFile = Readonly<Record<Lang, ModelCard>> & {
  readonly model_version: string;
  readonly markdown: Readonly<Record<Lang, string>>;
};

/**
 * The card of the folder's bundle; null where there is none or it names another version, since its figures would be
 * another model's. The manifest does not list it: the card tells the version, which is a digest over the manifest.
 *
 * @throws BundleError where the manifest is refused, or the card is not JSON.
 */
export async function loadModelCard(folder: string): Promise<CardFile | null> {
  const { version } = await readManifest(folder);
  const text = await readFile(join(folder, CARD), 'utf8').catch(noneThere);
  if (text === null) return null;
  let card: CardFile;
  try {
    card = JSON.parse(text);
  } catch {
    throw new BundleError(CARD, 'is not JSON');
  }
  return card.model_version === version ? card : null;
}

function noneThere(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
