/** Holds the walls of docs/architecture.md: which room may import which. */
import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

interface Import {
  /** `undefined`: computed at run time, so that nobody can check it. */
  readonly specifier: string | undefined;
  readonly typeOnly: boolean;
}

/** Which rooms a room may import besides itself: all of it, its types alone, or the files named. */
const ROOMS: Readonly<Record<string, Readonly<Record<string, true | 'types' | readonly string[]>>>> = {
  bin: { lib: true },
  // The tables' keys are the store's to say, and what finds a hospital or is measured is the functions'.
  lib: {
    'lambdas/api': [
      'lambdas/api/routes.ts',
      'lambdas/api/problem.ts',
      'lambdas/api/problems.ts',
      'lambdas/api/claims.ts',
    ],
    layers: true,
    'lambdas/adapters': [
      'lambdas/adapters/store/tables.ts',
      'lambdas/adapters/hospital-names.ts',
      'lambdas/adapters/metrics.ts',
    ],
    pipeline: true,
  },
  'lambdas/core': {},
  // Ranges and the notice of intended use are part of the contract, and they are data.
  'lambdas/api': { 'lambdas/core': ['lambdas/core/types.ts'], data: true },
  'lambdas/adapters': { 'lambdas/core': true, 'lambdas/api': 'types', data: true },
  'lambdas/functions': { 'lambdas/core': true, 'lambdas/adapters': true, 'lambdas/api': true },
  layers: {},
  pipeline: {},
  local: { 'lambdas/functions': true, 'lambdas/adapters': true, 'lambdas/api': true, pipeline: true },
  scripts: {
    bin: true,
    lib: true,
    'lambdas/core': true,
    'lambdas/api': true,
    'lambdas/adapters': true,
    'lambdas/functions': true,
    pipeline: true,
    local: true,
    clients: true,
  },
};

/** Rooms that may not import whatever package they like: no builtin, and of the packages these. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'lambdas/core': [],
  'lambdas/api': ['zod', 'fastest-levenshtein'],
};

const STATIC =
  /^[ \t]*(?:import\s+(type\s+)?([\w$*{}\s,]*?)\s*\bfrom\s*|export\s+(type\s+)?(\{[^}]*\}|\*(?:\s*as\s+\w+)?)\s*from\s*|import\s*)['"]([^'"]+)['"]/gm;
const DYNAMIC = /\bimport\s*\(\s*(?:['"]([^'"]+)['"]|)/g;
const COMMENT = /^[ \t]*\/\/.*$|\/\*[\s\S]*?\*\//gm;

function importsOf(source: string): Import[] {
  const code = source.replace(COMMENT, '');
  const found = [...code.matchAll(STATIC)].map((match): Import => {
    const names = (match[2] ?? match[4] ?? '').match(/\{([^}]*)\}/)?.[1]?.split(',') ?? [];
    const named = names.map((name) => name.trim()).filter(Boolean);
    const allTypes = named.length > 0 && named.every((name) => name.startsWith('type '));
    return { specifier: match[5], typeOnly: Boolean(match[1] ?? match[3]) || allTypes };
  });
  const dynamic = [...code.matchAll(DYNAMIC)].map(
    (match): Import => ({ specifier: match[1], typeOnly: false }),
  );
  return [...found, ...dynamic];
}

function roomOf(path: string): string {
  const [first, second] = path.split('/');
  return first === 'lambdas' ? `lambdas/${second}` : (first as string);
}

/** What of this file breaks a wall, in words. */
function violations(path: string, source: string): string[] {
  const room = roomOf(path);
  const allowed = ROOMS[room];
  if (!allowed) return [`${path}: ${room} is not a room`];
  return importsOf(source).flatMap(({ specifier, typeOnly }) => {
    if (specifier === undefined) return [`${path}: imports what it computes`];
    if (!specifier.startsWith('.')) {
      const packages = PACKAGES[room];
      const name = specifier.startsWith('@') ? specifier.split('/', 2).join('/') : specifier.split('/')[0];
      const fine = !packages || (!isBuiltin(specifier) && packages.includes(name as string));
      return fine ? [] : [`${path}: ${room} may not import ${specifier}`];
    }
    const target = posix.join(dirname(path), specifier);
    const targetRoom = roomOf(target);
    if (targetRoom === room) return [];
    const rule = allowed[targetRoom];
    const fine =
      rule === true || (rule === 'types' && typeOnly) || (Array.isArray(rule) && rule.includes(target));
    return fine
      ? []
      : [`${path}: ${room} may not import ${target}${rule === 'types' ? ' but for its types' : ''}`];
  });
}

const root = fileURLToPath(new URL('..', import.meta.url));
const files = globSync(
  ['bin', 'lib', 'lambdas', 'local', 'pipeline', 'scripts'].map((room) => `${room}/**/*.ts`),
  {
    cwd: root,
  },
).sort();

describe('walls between the rooms', () => {
  it('finds the house it is to check', () => {
    expect(files).toContain('lambdas/core/types.ts');
  });

  it.each(files)('%s keeps to them', (path) => {
    expect(violations(path, readFileSync(`${root}/${path}`, 'utf8'))).toEqual([]);
  });
});

describe('the check itself', () => {
  it.each([
    ['lambdas/core/a.ts', `import { readFile } from 'node:fs/promises';`],
    ['lambdas/core/a.ts', `import fs from 'fs';`],
    ['lambdas/core/a.ts', `import { z } from 'zod';`],
    ['lambdas/core/a.ts', `import type { Store } from '../adapters/store.ts';`],
    ['lambdas/core/a.ts', `import rules from '../../data/clinical/red_flags.json' with { type: 'json' };`],
    ['lambdas/core/a.ts', `const adapter = await import('../adapters/store.ts');`],
    ['lambdas/core/a.ts', `const name = 'x';\nconst adapter = await import(name);`],
    ['lambdas/core/a.ts', `export * from '../api/routes.ts';`],
    ['lambdas/core/a.ts', `export { routes } from '../api/routes.ts';`],
    ['lambdas/core/a.ts', `import {\n  one,\n  two,\n} from '../api/routes.ts';`],
    ['lambdas/core/a.ts', `import '../adapters/store.ts';`],
    ['lambdas/api/a.ts', `import { SignJWT } from 'jose';`],
    ['lambdas/api/a.ts', `import { fireRules } from '../core/redflags.ts';`],
    ['lambdas/api/a.ts', `import { createHash } from 'node:crypto';`],
    ['lambdas/adapters/a.ts', `import { routes } from '../api/routes.ts';`],
    ['lambdas/adapters/a.ts', `import { type Route, routes } from '../api/routes.ts';`],
    ['lambdas/adapters/a.ts', `import { handler } from '../functions/predict.ts';`],
    [
      'lambdas/functions/a.ts',
      `import rules from '../../data/clinical/red_flags.json' with { type: 'json' };`,
    ],
    ['lambdas/functions/a.ts', `import { serve } from '../../local/server.ts';`],
    ['lib/a.ts', `import { handler } from '../lambdas/functions/predict.ts';`],
    ['lib/a.ts', `import { schema } from '../lambdas/api/schemas/predict.ts';`],
    ['bin/a.ts', `import { steps } from '../pipeline/steps.ts';`],
    ['pipeline/a.ts', `import { config } from '../lib/config.ts';`],
    ['local/a.ts', `import { fireRules } from '../lambdas/core/redflags.ts';`],
    ['scripts/a.ts', `import { page } from '../web/page.ts';`],
    ['cellar/a.ts', `export const nothing = 1;`],
  ])('catches %s with %s', (path, source) => {
    expect(violations(path, source)).toHaveLength(1);
  });

  it.each([
    ['lambdas/core/a.ts', `import { news2 } from './news2.ts';\nexport const important = "from 'zod'";`],
    ['lambdas/core/a.ts', `// import { z } from 'zod';\n/* import('node:fs') */`],
    ['lambdas/api/a.ts', `import * as z from 'zod';\nimport { SEVERITIES } from '../core/types.ts';`],
    [
      'lambdas/adapters/a.ts',
      `import type { Route } from '../api/routes.ts';\nimport { readFile } from 'node:fs';`,
    ],
    ['lambdas/adapters/a.ts', `import { type Route } from '../api/routes.ts';`],
    [
      'lambdas/adapters/a.ts',
      `import rules from '../../data/clinical/red_flags.json' with { type: 'json' };`,
    ],
    ['lib/a.ts', `import { routes } from '../lambdas/api/routes.ts';`],
    ['scripts/a.ts', `import { serve } from '../local/server.ts';`],
  ])('lets %s pass with %s', (path, source) => {
    expect(violations(path, source)).toEqual([]);
  });

  it('finds an import whatever its form and wherever it stands', () => {
    const form = fc.constantFrom(
      (to: string) => `import '${to}';`,
      (to: string) => `import a from "${to}";`,
      (to: string) => `import * as a from '${to}';`,
      (to: string) => `import {a,\n b as c} from '${to}';`,
      (to: string) => `import type { A } from '${to}';`,
      (to: string) => `export * as a from '${to}';`,
      (to: string) => `export { a } from '${to}';`,
      (to: string) => `type A = import('${to}').A;`,
      (to: string) => `const a = await import(\n '${to}');`,
    );
    const line = fc.constantFrom(
      '',
      'const x = 1;',
      '/** words */',
      'export interface X {}',
      `const from = 'y';`,
    );
    const specifier = fc.stringMatching(/^(\.\.?\/)?[a-z]{1,8}(\/[a-z]{1,8}\.ts)?$/);
    fc.assert(
      fc.property(fc.array(line), form, specifier, fc.array(line), (before, write, to, after) => {
        const source = [...before, write(to), ...after].join('\n');
        expect(importsOf(source).map((found) => found.specifier)).toEqual([to]);
      }),
    );
  });
});
