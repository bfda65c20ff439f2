import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BoostedTrees, boostedTreesOf, runBoostedTrees } from '../../lambdas/adapters/boosted-trees.ts';
import { DEFAULT_MODEL_DIR, type LoadedBundle, loadBundle } from '../../lambdas/adapters/bundle.ts';
import { createModels } from '../../lambdas/adapters/onnx.ts';
import { completeRow, rowWidth } from '../../lambdas/core/features.ts';

let loaded: LoadedBundle;
beforeAll(async () => {
  loaded = await loadBundle(DEFAULT_MODEL_DIR);
});

/** Is column 0 below 0.5? No: is column 2? Class 0 gets 1, 2 or 3; and class 1 gets 0.5 whatever is asked. */
const SMALL: BoostedTrees = {
  roots: [0, 5],
  questions: Uint16Array.of(0, 0xffff, 1, 0xffff, 0xffff, 0xffff),
  asked: [
    { column: 0, threshold: 0.5 },
    { column: 2, threshold: 0.5 },
  ],
  yes: Uint32Array.of(1, 0, 3, 0, 0, 0),
  no: Uint32Array.of(2, 0, 4, 0, 0, 0),
  classes: Uint8Array.of(0, 0, 0, 0, 0, 1),
  weights: Float32Array.of(0, 1, 0, 2, 3, 0.5),
  base: Float32Array.of(0.25, 0),
};

describe('runBoostedTrees', () => {
  it('adds up the leaf that each patient comes to, of every tree', () => {
    const rows = Float32Array.of(0, 9, 0, /**/ 1, 9, 0, /**/ 0.5, 9, 0.5);

    const p = runBoostedTrees(SMALL, rows, 3);

    [1, 2, 3].forEach((leaf, patient) => {
      const odds = Math.exp(leaf + 0.25 - 0.5);
      expect(p[2 * patient]).toBeCloseTo(odds / (1 + odds), 6);
      expect(p[2 * patient + 1]).toBeCloseTo(1 / (1 + odds), 6);
    });
  });

  it('gives each of many patients what the one alone gets', () => {
    const answer = fc.constantFrom(0, 0.5, 1);
    const patient = fc.tuple(answer, answer, answer);
    fc.assert(
      fc.property(fc.array(patient, { minLength: 1, maxLength: 100 }), (patients) => {
        const together = runBoostedTrees(SMALL, Float32Array.from(patients.flat()), patients.length);
        patients.forEach((row, i) => {
          expect(together.subarray(2 * i, 2 * i + 2)).toEqual(
            runBoostedTrees(SMALL, Float32Array.from(row), 1),
          );
        });
      }),
      { numRuns: 50 },
    );
  });
});

describe('the bundle’s boosted trees', () => {
  it('are one of the members', () => {
    const members = loaded.models.members.map(boostedTreesOf);
    expect(members.filter((trees) => trees !== undefined)).toHaveLength(1);
  });

  it('say of many patients at once what ONNX Runtime says of each', async () => {
    const { common } = createModels(loaded.models);
    const spec = loaded.bundle.features;
    const width = rowWidth(spec);
    const item = fc.record({ at: fc.nat(spec.items.length - 1), value: fc.constantFrom(1, -1) });
    const patient = fc.record({
      items: fc.array(item, { maxLength: 40 }),
      age: fc.integer({ min: 0, max: 110 }),
      gender: fc.constantFrom('F' as const, 'M' as const, 'O' as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(patient, { minLength: 2, maxLength: 70 }), async (patients) => {
        const rows = new Float32Array(patients.length * width);
        patients.forEach(({ items, age, gender }, i) => {
          const row = rows.subarray(i * width, (i + 1) * width);
          for (const { at, value } of items) row[at] = value;
          completeRow(spec, row, { age, gender });
        });

        const together = await common(rows, patients.length);

        const classes = together.length / patients.length;
        const alone = await Promise.all(
          patients.map((_, i) => common(rows.slice(i * width, (i + 1) * width), 1)),
        );
        const worst = alone.flatMap((one, i) =>
          [...one].map((p, c) => Math.abs(p - (together[i * classes + c] as number))),
        );
        expect(Math.max(...worst)).toBeLessThan(1e-6);
      }),
      { numRuns: 10 },
    );
  });

  it('are not looked for in what is no model', () => {
    expect(boostedTreesOf(new Uint8Array())).toBeUndefined();
  });
});
