import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_MODEL_DIR, type LoadedBundle, loadBundle } from '../../lambdas/adapters/bundle.ts';
import { createModels, type ModelFiles } from '../../lambdas/adapters/onnx.ts';
import type { Bundle } from '../../lambdas/core/bundle.ts';

let loaded: LoadedBundle;
beforeAll(async () => {
  loaded = await loadBundle(DEFAULT_MODEL_DIR);
});

const emptyRow = ({ features }: Bundle) =>
  new Float32Array(features.items.length + features.ageBands.length + 5);
const sum = (values: Float32Array) => values.reduce((a, b) => a + b, 0);

describe('createModels', () => {
  it('stacks the members to probabilities, the same every time', async () => {
    const { bundle } = loaded;
    const { common } = createModels(loaded.models);
    const row = emptyRow(bundle).fill(1, 0, 3);

    const p = await common(row, 1);

    expect(p).toHaveLength(bundle.trainedCount + 1);
    expect(sum(p)).toBeCloseTo(1, 4);
    expect(await common(row, 1)).toEqual(p);
  });

  it('says of patients in one batch what it says of each alone', async () => {
    const { common } = createModels(loaded.models);
    const rows = [0, 100, 200].map((item) => emptyRow(loaded.bundle).fill(1, item, item + 4));
    const width = rows[0]?.length ?? 0;
    const batch = new Float32Array(3 * width);
    for (const [i, row] of rows.entries()) batch.set(row, i * width);

    const together = await common(batch, 3);

    const classes = together.length / 3;
    for (const [i, row] of rows.entries()) {
      const alone = await common(row, 1);
      expect(classes).toBe(alone.length);
      alone.forEach((p, c) => {
        expect(Math.abs((together[i * classes + c] ?? Number.NaN) - p)).toBeLessThan(1e-6);
      });
    }
  });

  it('hears every member', async () => {
    const row = emptyRow(loaded.bundle).fill(1, 0, 3);
    const all = await createModels(loaded.models).common(row, 1);
    for (const [i] of loaded.models.members.entries()) {
      // Another member in its place must change what is stacked.
      const members = loaded.models.members.with(i, loaded.models.members[i === 0 ? 1 : 0] as Uint8Array);
      expect(await createModels({ ...loaded.models, members }).common(row, 1)).not.toEqual(all);
    }
  });

  it('scores every orphan condition by the terms of the query', async () => {
    const { orphanNet } = createModels(loaded.models);
    const [few, more] = [await orphanNet([5]), await orphanNet([5, 900])];

    expect(few).toHaveLength(loaded.bundle.orphanCount);
    expect(few.every(Number.isFinite)).toBe(true);
    expect(more).not.toEqual(few);
  });

  it('scores orphan conditions of a patient of whom nothing is scored', async () => {
    const none = await createModels(loaded.models).orphanNet([]);
    expect(none).toHaveLength(loaded.bundle.orphanCount);
    expect(none.every(Number.isFinite)).toBe(true);
  });

  it('scores each candidate of the broad layer by its own features', async () => {
    const { broad } = createModels(loaded.models);
    const width = loaded.bundle.broad.weights.length;
    const first = Float32Array.from({ length: width }, (_, i) => i);
    const [alone] = await broad(first, 1);
    const both = await broad(Float32Array.from([...first, ...new Float32Array(width)]), 2);

    expect(both).toHaveLength(2);
    expect(both[0]).toBeCloseTo(alone ?? Number.NaN, 5);
    expect(both[1]).not.toBe(both[0]);
  });

  it('weighs the parts', async () => {
    const p = await createModels(loaded.models).gate(new Float32Array(loaded.bundle.gate.features.length));
    expect(p).toHaveLength(3);
    expect(sum(p)).toBeCloseTo(1, 5);
  });

  it('answers requests that come together each for itself', async () => {
    const { common } = createModels(loaded.models);
    const rows = [0, 1, 2].map((item) => emptyRow(loaded.bundle).fill(1, item, item + 1));
    const together = await Promise.all(rows.map((row) => common(row, 1)));
    for (const [i, row] of rows.entries()) expect(together[i]).toEqual(await common(row, 1));
  });

  it('fails on a row of another width', async () => {
    await expect(createModels(loaded.models).common(new Float32Array(3), 1)).rejects.toThrow();
  });

  it('fails when it runs, and not before, on bytes that are no model; and tries again', async () => {
    const files: { -readonly [Key in keyof ModelFiles]: ModelFiles[Key] } = {
      ...loaded.models,
      gate: new Uint8Array(100),
    };
    const { common } = createModels(files);

    await expect(common(emptyRow(loaded.bundle), 1)).rejects.toThrow();
    files.gate = loaded.models.gate;

    expect(await common(emptyRow(loaded.bundle), 1)).toHaveLength(50);
  });
});
