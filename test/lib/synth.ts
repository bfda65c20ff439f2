import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll, beforeAll } from 'vitest';
import { addStacks, type Stacks } from '../../lib/app.ts';
import type { ChosenModel } from '../../lib/champion.ts';
import { parseConfig, type StageConfig } from '../../lib/config.ts';
import { stageConfig } from '../../lib/stages.ts';

interface Violation {
  readonly ruleName: string;
  readonly violatingConstructs: readonly { readonly constructPath: string }[];
}

export interface Synth {
  readonly stacks: Stacks;
  /** What the checks found and nobody acknowledged: rule and construct. */
  readonly findings: readonly string[];
}

/** Milliseconds that a synth may take: it bundles every handler and copies the layers. */
export const SYNTH_MS = 120_000;

/** A stage as `cdk synth` makes it. @param outdir an empty folder. @param change of the stage's configuration.
 * @param model the checkout's without it. */
export function synthesise(
  stage: string,
  outdir: string,
  change: Partial<StageConfig> = {},
  model?: ChosenModel,
): Synth {
  const app = new App({ outdir, context: JSON.parse(readFileSync('cdk.json', 'utf8')).context });
  const stacks = addStacks(app, parseConfig({ ...stageConfig(stage), ...change }), model);
  const exitCode = process.exitCode;
  app.synth();
  // A finding is for the test to tell, not for the process.
  process.exitCode = exitCode;
  const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  const findings = (pluginReports as { violations?: Violation[] }[])
    .flatMap(({ violations = [] }) => violations)
    .flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => `${ruleName}: ${constructPath}`),
    );
  return { stacks, findings };
}

export interface Synths {
  readonly synthOf: (stage: string) => Synth;
  /** Path in the folder of all of them: a stage's own has its name. */
  readonly pathOf: (...names: readonly string[]) => string;
}

/** Stages made before a file's tests; their folder is gone after. */
export function synthesiseAll(stages: readonly string[]): Synths {
  const synths = new Map<string, Synth>();
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'centinela-'));
    for (const stage of stages) synths.set(stage, synthesise(stage, join(folder, stage)));
  }, SYNTH_MS);
  afterAll(() => rmSync(folder, { recursive: true }));
  return {
    synthOf: (stage) => {
      const synth = synths.get(stage);
      if (synth === undefined) throw new Error(`no synth of ${stage}`);
      return synth;
    },
    pathOf: (...names) => join(folder, ...names),
  };
}
