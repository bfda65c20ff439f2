/** The common members in ONNX Runtime. */

import { createRequire } from 'node:module';
import type * as Ort from 'onnxruntime-node';
import type { RunMembers } from '../core/predict.ts';

// A Lambda layer's package is found by `require`, not by `import`: ESM ignores NODE_PATH.
const require = createRequire(import.meta.url);

/** One thread a session: requests are one row, and Lambda gives one core. */
const OPTIONS = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
} as const satisfies Ort.InferenceSession.SessionOptions;

/**
 * Begins to create all sessions at once, and returns before they are there: a run waits for them, and fails where they
 * could not be created; the next run tries again. So it is the models that fail, and not what answers without them.
 *
 * The models' input is `x` (1 x features), their output `p` (1 x classes).
 */
export function createMembers(models: readonly Uint8Array[]): RunMembers {
  let sessions: Promise<readonly Ort.InferenceSession[]> | undefined;
  const opened = () => {
    sessions ??= open(models).catch((error) => {
      sessions = undefined;
      throw error;
    });
    return sessions;
  };
  // Told by the first run.
  opened().catch(() => undefined);
  return async (row) => {
    const members = await opened();
    return Promise.all(members.map((session) => run(session, row)));
  };
}

const load = (): typeof Ort => require('onnxruntime-node');

async function open(models: readonly Uint8Array[]): Promise<readonly Ort.InferenceSession[]> {
  const { InferenceSession } = load();
  return Promise.all(models.map((model) => InferenceSession.create(model, OPTIONS)));
}

async function run(session: Ort.InferenceSession, row: Float32Array): Promise<Float32Array> {
  const { Tensor } = load();
  const { p } = await session.run({ x: new Tensor('float32', row, [1, row.length]) });
  if (p === undefined || !(p.data instanceof Float32Array)) throw new TypeError('a member has no output p');
  return p.data;
}
