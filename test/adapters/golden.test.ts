import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readGolden } from '../../lambdas/adapters/golden.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'centinela-'));
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: '1.0.0+abcdef01', files: {} }));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (requests: unknown) => writeFileSync(join(folder, 'golden.json'), JSON.stringify(requests));

describe('readGolden', () => {
  it('keeps of each request what a rollout compares', async () => {
    const request = { symptoms: { fiebre: 8 }, age: 30, gender: 'F' };
    write([{ name: 'fever', request, top: [['ICD10:J20.9', 0.25]], none: 0.1, features: [1] }]);

    expect(await readGolden(folder)).toEqual({
      version: '1.0.0+abcdef01',
      requests: [{ name: 'fever', request, top: [['ICD10:J20.9', 0.25]] }],
    });
  });

  it('refuses a request without a list to compare with', async () => {
    write([{ name: 'fever', request: {}, top: [] }]);

    await expect(readGolden(folder)).rejects.toThrow(/top/);
  });
});
