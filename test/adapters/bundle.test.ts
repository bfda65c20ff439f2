import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  BundleError,
  DEFAULT_MODEL_DIR,
  loadBundle,
  loadPapers,
  modelFolder,
} from '../../lambdas/adapters/bundle.ts';
import { CARD } from '../../lambdas/adapters/model-card.ts';
import { readProfiles } from '../../lambdas/adapters/orphan-files.ts';

/** All but the model card, which belongs to the bundle and is no part of it. */
const FILES = readdirSync(DEFAULT_MODEL_DIR).filter((name) => name !== CARD);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'centinela-'));
  cpSync(DEFAULT_MODEL_DIR, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Changes one byte in the middle of a file. */
function damage(name: string): void {
  const bytes = readFileSync(join(folder, name));
  const middle = bytes.length >> 1;
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  writeFileSync(join(folder, name), bytes);
}

async function refusal(): Promise<BundleError> {
  const error = await loadBundle(folder).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BundleError);
  return error as BundleError;
}

describe('loadBundle', () => {
  it('reads the champion: conditions as the rows of its profiles, and models that run', async () => {
    const { bundle, models } = await loadBundle(folder);

    const { orphanCount, trainedCount, conditions } = bundle;
    const profiled = orphanCount + trainedCount;
    expect(trainedCount).toBe(49);
    expect(conditions.slice(0, orphanCount).every(({ kind }) => kind === 'orphan')).toBe(true);
    expect(conditions.slice(orphanCount, profiled).every(({ key }) => key !== undefined)).toBe(true);
    expect(conditions.slice(profiled).every(({ knowledgeOnly }) => knowledgeOnly)).toBe(true);
    expect(conditions.filter(({ kind }) => kind === 'common').length).toBeGreaterThan(500);
    expect(bundle.orphan.profiles.offsets).toHaveLength(bundle.vocabulary.terms.length + 1);
    expect(Math.max(...bundle.orphan.profiles.rows.subarray(0, 100_000))).toBeLessThan(profiled);
    expect(Math.max(...bundle.broad.rows)).toBe(conditions.length - 1);
    expect(models.members.length).toBeGreaterThan(2);
  });

  it('lists every condition once: no code leads to two', async () => {
    const { bundle } = await loadBundle(folder);
    const codes = bundle.conditions.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it.each(FILES)('refuses %s with one byte changed, and names it', async (name) => {
    damage(name);
    const { file, message } = await refusal();
    expect(file).toBe(name);
    expect(message).toContain(name);
  });

  it.each(FILES)('refuses a bundle without %s, and names it', async (name) => {
    rmSync(join(folder, name));
    expect((await refusal()).file).toBe(name);
  });

  it('refuses a manifest that does not follow its schema, and names the field', async () => {
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    manifest.orphan.weight = -1;
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
    expect((await refusal()).message).toContain('orphan.weight');
  });
});

describe('modelFolder', () => {
  it('is a path as it stands', () => {
    expect(modelFolder('./layers/model')).toBe('./layers/model');
  });

  it('is that of the package that a layer brought, where it is a bare name', () => {
    const layer = mkdtempSync(join(tmpdir(), 'centinela-layer-'));
    mkdirSync(join(layer, 'the-model'));
    writeFileSync(join(layer, 'the-model', 'manifest.json'), '{}');
    const program = `import { modelFolder } from './lambdas/adapters/bundle.ts'; console.log(modelFolder('the-model'));`;

    // Node reads its search path once, at its start, as Lambda gives it that of the layers.
    const found = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      env: { ...process.env, NODE_PATH: layer },
      encoding: 'utf8',
    });

    rmSync(layer, { recursive: true });
    expect(found.trim()).toBe(join(layer, 'the-model'));
  });
});

describe('loadPapers', () => {
  it('knows the papers that the knowledge base cites', async () => {
    const papers = await loadPapers(folder);
    expect(papers.size).toBeGreaterThan(1000);
    expect([...papers].every((pmid) => Number.isInteger(pmid) && pmid > 0)).toBe(true);
  });
});

describe('readProfiles', () => {
  /** Two terms, three rows, three entries. */
  const bytes = Buffer.concat([
    Buffer.from(Uint32Array.of(2, 3, 3, 0, 1, 3).buffer),
    Buffer.from(Uint16Array.of(2, 0, 1).buffer),
    Buffer.alloc(2),
    Buffer.from([7, 8, 255]),
  ]);

  it('reads the sections where they stand', () => {
    const { offsets, rows, codes } = readProfiles('p.bin', bytes, 2, 3);
    expect([[...offsets], [...rows], [...codes]]).toEqual([
      [0, 1, 3],
      [2, 0, 1],
      [7, 8, 255],
    ]);
  });

  it.each([
    ['other terms', bytes, 3, 3],
    ['other rows', bytes, 2, 4],
    ['another length', Buffer.concat([bytes, Buffer.alloc(8)]), 2, 3],
  ])('refuses %s than expected', (_, given, terms, rows) => {
    expect(() => readProfiles('p.bin', given, terms, rows)).toThrow(BundleError);
  });
});
