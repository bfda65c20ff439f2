import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type Entry, tar } from '../../lib/tar.ts';

const ENTRIES: readonly Entry[] = [
  { path: 'folder/second.txt', content: Buffer.from('ñandú\n'.repeat(200)) },
  { path: 'empty.txt', content: Buffer.alloc(0) },
  { path: 'a.txt', content: Buffer.alloc(512, 'a') },
];

/** What the system's own tar makes of an archive. */
const systemTar = (archive: Buffer, ...args: string[]): string =>
  execFileSync('tar', args, { input: archive, encoding: 'utf8' });

describe('tar', () => {
  it('is read by tar, in the order of the paths', () => {
    const archive = tar(ENTRIES);

    const names = systemTar(archive, '-tf', '-').trim().split('\n');

    expect(names).toEqual(['a.txt', 'empty.txt', 'folder/second.txt']);
  });

  it('gives back what was put in', () => {
    const archive = tar(ENTRIES);

    for (const { path, content } of ENTRIES)
      expect(systemTar(archive, '-xOf', '-', path)).toBe(content.toString('utf8'));
  });

  it('is the same whatever the order of the entries', () => {
    expect(tar(ENTRIES.toReversed()).equals(tar(ENTRIES))).toBe(true);
  });

  it('refuses a path that the format cannot hold', () => {
    const long = { path: 'x'.repeat(101), content: Buffer.alloc(0) };

    expect(() => tar([long])).toThrow(/100 bytes are allowed/);
  });
});
