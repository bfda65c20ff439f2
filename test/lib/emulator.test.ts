/** What the emulator's stage leaves out is what docs/emulator.md says, and the documented test stands in for it. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CfnResource } from 'aws-cdk-lib';
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
  const cells = section.match(/(?<=^\| )`.+?`(?= \|)/gm) ?? [];
  const documented = cells.flatMap((cell) => cell.match(/\w+\/[\w:]+/g) ?? []);

  const left = Object.values(synth.stacks)
    .flatMap((stack) => stack.node.findAll())
    .filter((child) => CfnResource.isCfnResource(child) && child.cfnOptions.condition !== undefined)
    .map(
      (
        { node }, // CDK ends the names of its own functions in a digest.
      ) => /^Centinela-emulator-(\w+\/[\w:]+?)(?=[0-9A-F]{32}|\/)/.exec(node.path)?.[1] ?? node.path,
    );

  expect([...documented].sort()).toEqual([...new Set(left)].sort());
});
