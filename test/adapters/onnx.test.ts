import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_MODEL_DIR, type LoadedBundle, loadBundle } from '../../lambdas/adapters/bundle.ts';
import { createMembers } from '../../lambdas/adapters/onnx.ts';

let loaded: LoadedBundle;
beforeAll(async () => {
  loaded = await loadBundle(DEFAULT_MODEL_DIR);
});

const emptyRow = ({ bundle }: LoadedBundle) =>
  new Float32Array(bundle.features.items.length + bundle.features.ageBands.length + 5);

describe('createMembers', () => {
  it('runs each member in its place, the same way every time', async () => {
    const { models } = loaded;
    const row = emptyRow(loaded).fill(1, 0, 3);
    const all = await createMembers(models)(row);

    for (const [i, model] of models.entries()) {
      const [alone] = await createMembers([model])(row);
      expect(all[i]).toEqual(alone);
    }
  });

  it('answers requests that come together each for itself', async () => {
    const run = createMembers(loaded.models);
    const rows = [0, 1, 2].map((item) => emptyRow(loaded).fill(1, item, item + 1));
    const together = await Promise.all(rows.map(run));
    for (const [i, row] of rows.entries()) expect(together[i]).toEqual(await run(row));
  });

  it('fails on a row of another width', async () => {
    const run = createMembers(loaded.models);
    await expect(run(new Float32Array(3))).rejects.toThrow();
  });

  it('fails when it runs, and not before, on bytes that are no model; and tries again', async () => {
    const [model] = loaded.models;
    const models: Uint8Array[] = [new Uint8Array(100)];
    const run = createMembers(models);

    await expect(run(emptyRow(loaded))).rejects.toThrow();
    models[0] = model ?? new Uint8Array();

    expect((await run(emptyRow(loaded)))[0]).toHaveLength(50);
  });
});
