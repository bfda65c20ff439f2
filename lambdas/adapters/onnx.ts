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

/** Creates all sessions together; the models' input is `x` (1 x features), their output `p` (1 x classes). */
export async function createMembers(models: readonly Uint8Array[]): Promise<RunMembers> {
  const { InferenceSession, Tensor } = require('onnxruntime-node') as typeof Ort;
  const sessions = await Promise.all(models.map((model) => InferenceSession.create(model, OPTIONS)));
  return (row) =>
    Promise.all(
      sessions.map(async (session) => {
        const { p } = await session.run({ x: new Tensor('float32', row, [1, row.length]) });
        if (p === undefined || !(p.data instanceof Float32Array))
          throw new TypeError('a member has no output p');
        return p.data;
      }),
    );
}
