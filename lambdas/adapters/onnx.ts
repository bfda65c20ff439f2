/** The learned parts in ONNX Runtime. */

import { createRequire } from 'node:module';
import type * as Ort from 'onnxruntime-node';
import type { Models } from '../core/parts.ts';
import { type BoostedTrees, boostedTreesOf, runBoostedTrees } from './boosted-trees.ts';

// A Lambda layer's package is found by `require`, not by `import`: ESM ignores NODE_PATH.
const require = createRequire(import.meta.url);

/** One thread a session: Lambda gives one core. */
const OPTIONS = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
} as const satisfies Ort.InferenceSession.SessionOptions;

/** The ONNX models as bytes; inputs and outputs are those of docs/architecture.md. */
export interface ModelFiles {
  /** In the order in which the meta-learner takes them. */
  readonly members: readonly Uint8Array[];
  readonly meta: Uint8Array;
  readonly orphanNet: Uint8Array;
  readonly broad: Uint8Array;
  readonly gate: Uint8Array;
}

interface Member {
  readonly session: Ort.InferenceSession;
  /** Where it is boosted trees: for many patients at once, on which the runtime spends most of an explanation. */
  readonly trees: BoostedTrees | undefined;
}

interface Sessions {
  readonly members: readonly Member[];
  readonly meta: Ort.InferenceSession;
  readonly orphanNet: Ort.InferenceSession;
  readonly broad: Ort.InferenceSession;
  readonly gate: Ort.InferenceSession;
}

/**
 * Begins to create all sessions at once, and returns before they are there: a run waits for them, and fails where they
 * could not be created; the next run tries again. So it is the models that fail, and not what answers without them.
 */
export function createModels(files: ModelFiles): Models {
  let sessions: Promise<Sessions> | undefined;
  const opened = () => {
    sessions ??= open(files).catch((error) => {
      sessions = undefined;
      throw error;
    });
    return sessions;
  };
  // Told by the first run.
  opened().catch(() => undefined);
  return {
    common: async (rows, patients) => {
      const { members, meta } = await opened();
      const x = floats(rows, [patients, rows.length / patients]);
      const outputs = await Promise.all(
        members.map(({ session, trees }) =>
          trees && patients > 1 ? runBoostedTrees(trees, rows, patients) : run(session, { x }, 'p'),
        ),
      );
      const classes = (outputs[0]?.length ?? 0) / patients;
      const stacked = floats(stack(outputs, patients, classes), [patients, outputs.length, classes]);
      return run(meta, { members: stacked, x }, 'p');
    },
    orphanNet: async (terms) => {
      const { Tensor } = load();
      const { orphanNet } = await opened();
      return run(
        orphanNet,
        { terms: new Tensor('int64', BigInt64Array.from(terms, BigInt), [terms.length]) },
        's',
      );
    },
    broad: async (features, candidates) => {
      const { broad } = await opened();
      return run(broad, { f: floats(features, [candidates, features.length / candidates]) }, 's');
    },
    gate: async (features) => {
      const { gate } = await opened();
      return run(gate, { f: floats(features, [1, features.length]) }, 'p');
    },
  };
}

const load = (): typeof Ort => require('onnxruntime-node');

async function open({ members, meta, orphanNet, broad, gate }: ModelFiles): Promise<Sessions> {
  const { InferenceSession } = load();
  const create = (model: Uint8Array) => InferenceSession.create(model, OPTIONS);
  const [opened, ...single] = await Promise.all([
    Promise.all(
      members.map(async (model) => ({ session: await create(model), trees: boostedTreesOf(model) })),
    ),
    create(meta),
    create(orphanNet),
    create(broad),
    create(gate),
  ]);
  return { members: opened, meta: single[0], orphanNet: single[1], broad: single[2], gate: single[3] };
}

function floats(values: Float32Array, dims: readonly number[]): Ort.Tensor {
  const { Tensor } = load();
  return new Tensor('float32', values, dims);
}

/** What each member says of all patients -> what all members say of each: [patients, members, classes]. */
function stack(outputs: readonly Float32Array[], patients: number, classes: number): Float32Array {
  const all = new Float32Array(outputs.length * patients * classes);
  outputs.forEach((output, member) => {
    for (let patient = 0; patient < patients; patient++)
      all.set(
        output.subarray(patient * classes, (patient + 1) * classes),
        (patient * outputs.length + member) * classes,
      );
  });
  return all;
}

async function run(
  session: Ort.InferenceSession,
  feeds: Readonly<Record<string, Ort.Tensor>>,
  name: 'p' | 's',
): Promise<Float32Array> {
  const output = (await session.run(feeds))[name];
  if (!(output?.data instanceof Float32Array)) throw new TypeError(`a model has no output ${name}`);
  return output.data;
}
