/** What the emulator's stage leaves out is what docs/emulator.md says, and the documented test stands in for it. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SYNTH_MS, type Synth, synthesise } from './synth.ts';

let folder: string;
let synth: Synth;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'centinela-'));
  synth = synthesise('emulator', folder);
}, SYNTH_MS);
afterAll(() => rmSync(folder, { recursive: true }));

it('leaves out what its documentation names, and nothing else', () => {
  const page = readFileSync('docs/emulator.md', 'utf8');
  const section = page.slice(page.indexOf('## What it refuses'), page.indexOf('## What it takes'));
  const documented = new Set(section.match(/AWS::\w+::\w+/g));

  const left = Object.values(synth.stacks)
    .filter((stack) => Stack.isStack(stack))
    .flatMap((stack) => Object.values(Template.fromStack(stack).toJSON().Resources ?? {}))
    .filter((resource) => (resource as { Condition?: string }).Condition === 'OnlyInAws')
    .map((resource) => (resource as { Type: string }).Type);

  expect([...documented].sort()).toEqual([...new Set(left)].sort());
});
