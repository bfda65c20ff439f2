import { join, resolve } from 'node:path';
import type { App } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { buildSync } from 'esbuild';

const FOLDER = resolve(import.meta.dirname, '../lambdas/functions');
const BUILTINS = resolve(import.meta.dirname, 'builtins');
// Packages written for CommonJS call `require`, which an ES module does not have.
const REQUIRE = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

/**
 * Bundles handlers for Lambda, each to `{outdir}/{entry}/index.mjs`; ONNX Runtime stays out, for it comes in a layer.
 *
 * @param folder where the entries are.
 * @returns the folder of an entry.
 */
export function bundleHandlers(
  entries: readonly string[],
  outdir: string,
  folder: string = FOLDER,
): (entry: string) => string {
  buildSync({
    entryPoints: entries.map((entry) => ({ in: resolve(folder, `${entry}.ts`), out: `${entry}/index` })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    // Names of error classes are read at run time.
    keepNames: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Of packages that come both ways the ES modules, of which esbuild leaves out what nobody uses.
    mainFields: ['module', 'main'],
    external: ['onnxruntime-node'],
    // An ES module's import of them makes Node read each of their exports, undici's among them; a `require` does not.
    alias: { 'node:http': join(BUILTINS, 'http.cjs'), 'node:https': join(BUILTINS, 'https.cjs') },
    banner: { js: REQUIRE },
    logLevel: 'warning',
  });
  return (entry) => resolve(outdir, entry);
}

/** Bundles one handler into the assembly of a construct's app. @returns its folder. */
export function bundleHandler(scope: IConstruct, entry: string): string {
  return bundleHandlers([entry], join((scope.node.root as App).outdir, 'handlers'))(entry);
}
