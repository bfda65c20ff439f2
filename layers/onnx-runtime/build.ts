/**
 * ONNX Runtime as a Lambda layer: of the npm package (300 MB, six platforms) what one platform needs to run a model.
 */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

export type Architecture = 'arm64' | 'x64';

/** Of each package, what a run reads; type declarations, source maps, sources and other platforms stay behind. */
const KEPT = {
  'onnxruntime-node': (arch: Architecture) => ['package.json', 'dist', `bin/napi-v6/linux/${arch}`],
  'onnxruntime-common': () => ['package.json', 'dist/cjs'],
} as const;

const NOT_READ = /\.(?:d\.ts|map)$/;

/**
 * Writes the layer's content for an architecture.
 *
 * @param folder made anew; Lambda puts its content under /opt, and NODE_PATH names /opt/nodejs/node_modules.
 */
export function buildRuntimeLayer(arch: Architecture, folder: string): void {
  const require = createRequire(import.meta.url);
  const modules = join(folder, 'nodejs/node_modules');
  rmSync(folder, { recursive: true, force: true });
  const node = packageFolder(require.resolve('onnxruntime-node'), 'onnxruntime-node');
  const common = packageFolder(
    createRequire(join(node, 'package.json')).resolve('onnxruntime-common'),
    'onnxruntime-common',
  );
  for (const [name, from] of Object.entries({ 'onnxruntime-node': node, 'onnxruntime-common': common })) {
    for (const part of KEPT[name as keyof typeof KEPT](arch)) {
      const to = join(modules, name, part);
      mkdirSync(dirname(to), { recursive: true });
      cpSync(join(from, part), to, { recursive: true, filter: (path) => !NOT_READ.test(path) });
    }
  }
}

/** The package that a file of it belongs to. */
function packageFolder(file: string, name: string): string {
  const at = file.lastIndexOf(join('node_modules', name));
  return resolve(file.slice(0, at), 'node_modules', name);
}
