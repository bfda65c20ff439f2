import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const SCRIPT = resolve(import.meta.dirname, '../../scripts/evaluate.ts');

function evaluate(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

let folder: string;
let packets: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'centinela-'));
  packets = join(folder, 'packets');
  // Marfan syndrome: aortic root aneurysm, ectopia lentis, arachnodactyly; no Mondo id is in the bundle.
  for (const [cohort, disease] of [
    ['FBN1', 'MONDO:0007947'],
    ['none', 'OMIM:999999'],
  ] as const) {
    mkdirSync(join(packets, cohort), { recursive: true });
    writeFileSync(
      join(packets, cohort, 'PMID_1_patient.json'),
      JSON.stringify({
        id: `patient of ${cohort}`,
        subject: { sex: 'FEMALE', timeAtLastEncounter: { age: { iso8601duration: 'P20Y' } } },
        phenotypicFeatures: ['HP:0002616', 'HP:0001083', 'HP:0001166', 'HP:9999999'].map((id) => ({
          type: { id },
        })),
        diseases: [{ term: { id: disease } }],
        metaData: {},
      }),
    );
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('npm run evaluate', () => {
  it.each([
    [[], 'usage: npm run evaluate -- --cases PATH'],
    [['--cases', 'x', '--state', '0.7'], '--state 0.7 is none of initial, 0.3, 0.5, full'],
    [['--cases', '/nowhere'], '/nowhere cannot be read'],
    [['--case', 'x'], "Unknown option '--case'"],
  ])('%j ends with what is wrong', (args, message) => {
    const { status, stdout, stderr } = evaluate(...args);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
  });

  it('names the bundle that it cannot read', () => {
    expect(evaluate('--cases', packets, '--bundle', folder).stderr).toContain(
      `manifest.json cannot be read in ${folder}`,
    );
  });

  it('scores a folder of phenopackets with the served models', () => {
    const out = join(folder, 'rows.jsonl');
    const { status, stdout, stderr } = evaluate('--cases', packets, '--out', out);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      scored_with: 'the served models',
      n: 2,
      disease_unknown: 1,
      clusters: { cohort: 2 },
      not_scored: { unknown_truth: 1 },
      unknown_findings: { cases: 2, findings: 2 },
    });
    const rows = readFileSync(out, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows[0].rank).toBeLessThanOrEqual(3);
    expect(rows).toMatchObject([
      { id: 'patient of FBN1', status: 'scored', disease: 'ORPHA:558', cohort: 'FBN1' },
      { id: 'patient of none', status: 'unknown_truth', disease: 'OMIM:999999' },
    ]);
  });

  it('learns a disease that it does not know from other patients, by the likelihood ratios alone', () => {
    const support = join(folder, 'support.jsonl');
    const known = (id: string) => ({
      id,
      request: { symptoms: { 'HP:0002616': 5, 'HP:0001083': 5, 'HP:0001166': 5 }, age: 20, gender: 'F' },
      truth: { codes: ['MIM:999999'] },
      pmids: ['PMID:2000000'],
    });
    writeFileSync(support, ['a', 'b', 'c'].map((id) => `${JSON.stringify(known(id))}\n`).join(''));
    const { status, stdout, stderr } = evaluate(
      '--cases',
      packets,
      '--leave-paper-out',
      '--support',
      support,
    );
    // The first use of the training's environment makes it, and says so.
    expect(stderr.replace(/^Preparing the Python environment.*\s*/, '')).toBe('');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      scored_with: 'likelihood ratios alone, orphan list',
      leave_paper_out: true,
      support: { patients: 3, not_read: 0, diseases_new_to_the_bundle: 1 },
      n: 2,
      disease_unknown: 0,
      by_knowledge: { nothing_left_of_the_disease: 0, something_left: { n: 2 } },
    });
  }, 60_000);
});
