/** Bundled as a function is: does by itself what `predict` does before it can answer, and answers how long each part took. */

import { createRequire } from 'node:module';
import { loadBundle, modelFolder } from '../../lambdas/adapters/bundle.ts';
import { toModel } from '../../lambdas/adapters/model.ts';
import { createModels } from '../../lambdas/adapters/onnx.ts';
import { handler as predictHandler } from '../../lambdas/functions/predict.ts';
import { tryOut } from '../../lambdas/functions/try-out.ts';

const parts: Record<string, number> = {};
let last = 0;
/** What was done since the last call. */
function tell(part: string): void {
  const now = performance.now();
  parts[part] = now - last;
  last = now;
}

// All of the modules are to be loaded, and the bundler drops what is not used.
if (typeof predictHandler !== 'function') throw new TypeError('predict has no handler');
tell('Node.js, runtime client, our modules');
createRequire(import.meta.url)('onnxruntime-node');
tell('require of ONNX Runtime');
const { bundle, models: files } = await loadBundle(modelFolder(process.env.CENTINELA_MODEL_DIR ?? ''));
tell('bundle: read, checked, parsed');
const models = createModels(files);
const model = toModel(bundle, models);
tell('knowledge: tables and indexes');
await models.gate(new Float32Array(bundle.gate.features.length));
tell('sessions, as far as they are not ready yet');
await tryOut(model);
tell('first run');
// The start left it out, for with it `predict` prepares everything when it is imported; the runtime client wants it now.
process.env.AWS_LAMBDA_FUNCTION_NAME = 'cold-parts';

export const handler = async () => parts;
