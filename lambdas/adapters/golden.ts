/** The golden requests of a bundle, with the list that the training run computed for each. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { MANIFEST } from './bundle-files.ts';

const goldenSchema = z.array(
  z.object({
    name: z.string(),
    request: z.record(z.string(), z.unknown()),
    /** The likeliest conditions, likeliest first: code and probability. */
    top: z.array(z.tuple([z.string(), z.number()])).min(1),
  }),
);

export type GoldenRequest = z.infer<typeof goldenSchema>[number];

export interface Golden {
  /** Of the bundle. */
  readonly version: string;
  readonly requests: readonly GoldenRequest[];
}

/** @param folder of a bundle. */
export async function readGolden(folder: string): Promise<Golden> {
  const read = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, name), 'utf8'));
  const [manifest, requests] = await Promise.all([read(MANIFEST), read('golden.json')]);
  return {
    version: z.object({ version: z.string() }).parse(manifest).version,
    requests: goldenSchema.parse(requests),
  };
}
