import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toModel } from '../../../lambdas/adapters/model.ts';
import type { CaseLine } from '../../../scripts/evaluation/case.ts';
import { type Overlay, ownProfile, type Profile } from '../../../scripts/evaluation/overlay.ts';
import { overlayCases, prepare, scoreByRatios } from '../../../scripts/evaluation/ratios.ts';
import { Truths } from '../../../scripts/evaluation/truth.ts';
import { bundle, models, termOf } from '../../fixtures/bundle.ts';

const model = toModel(bundle, models);
const PAPERS = new Set([11]);
const request = {
  symptoms: { dolor_pecho: 7, dificultad_respirar: 6 },
  absent: ['fiebre'],
  age: 60,
  gender: 'M',
};

const line = (code: string, more: object = {}): CaseLine => ({
  file: 'cases.jsonl',
  line: 1,
  case: { request, truth: { codes: [code] }, ...more },
});
const malformed: CaseLine = { file: 'cases.jsonl', line: 2, fault: 'is not JSON' };

const pain = termOf('dolor');
const strong = (row: number): Profile => ({ row, terms: [pain], codes: [255], discounted: false });
const forgotten = (row: number): Profile => ({ row, terms: [], codes: [], discounted: false });

const scoreOne = (given: CaseLine, changed: readonly Profile[], shared: Partial<Overlay> = {}) => {
  const overlay = { added: [], rows: [], changes: [changed], ...shared };
  const [row] = scoreByRatios(model, prepare(model, [given]), overlay, PAPERS);
  return row;
};

describe('scoreByRatios', () => {
  it('ranks the orphan diseases alone', () => {
    expect(scoreOne(line('ORPHA:2'), [])).toMatchObject({
      status: 'scored',
      kind: 'orphan',
      rank: 1,
      top: ['ORPHA:2', 'ORPHA:1', 'OMIM:300'],
      findings: 2,
      truth_changed: false,
      truth_forgotten: false,
    });
    expect(scoreOne(line('I20.0'), [])).toMatchObject({ status: 'unknown_truth' });
  });

  it('ranks with the changed rows of the case', () => {
    expect(scoreOne(line('ORPHA:1'), [strong(0)])).toMatchObject({
      rank: 1,
      truth_changed: true,
      truth_forgotten: false,
    });
    expect(scoreOne(line('ORPHA:2'), [strong(0)])).toMatchObject({ rank: 2, truth_changed: false });
  });

  it('ranks a disease of which nothing is left last, and says so', () => {
    expect(scoreOne(line('ORPHA:2'), [forgotten(1)])).toMatchObject({
      rank: 3,
      truth_changed: true,
      truth_forgotten: true,
    });
  });

  it('counts a tie against the truth', () => {
    const ties = [strong(0), strong(1), strong(2)];
    expect(scoreOne(line('ORPHA:1'), ties)).toMatchObject({ rank: 3 });
  });

  it('takes the case’s own rows before those of all', () => {
    expect(scoreOne(line('ORPHA:1'), [], { rows: [strong(0)] })).toMatchObject({
      rank: 1,
      truth_changed: true,
    });
    expect(scoreOne(line('ORPHA:1'), [forgotten(0)], { rows: [strong(0)] })).toMatchObject({
      truth_forgotten: true,
    });
  });

  it('knows a row that is what the bundle has', () => {
    const own = ownProfile(model.knowledge.likelihood, 1);
    expect(scoreOne(line('ORPHA:2'), [own])).toEqual({
      ...scoreOne(line('ORPHA:2'), []),
      ms: expect.any(Number),
    });
  });

  it('lists a new disease where the case may know of it, and only there', () => {
    const shared = { added: [{ code: 'OMIM:900', codes: ['OMIM:900'] }], rows: [strong(3)] };
    expect(scoreOne(line('MIM:900'), [], shared)).toMatchObject({
      status: 'scored',
      disease: 'OMIM:900',
      rank: 1,
      top: ['OMIM:900', 'ORPHA:2', 'ORPHA:1', 'OMIM:300'],
      truth_changed: true,
      truth_forgotten: false,
    });
    expect(scoreOne(line('OMIM:900'), [forgotten(3)], shared)).toMatchObject({
      status: 'unknown_truth',
      top: ['ORPHA:2', 'ORPHA:1', 'OMIM:300'],
    });
  });

  it('goes on after cases that cannot be scored', () => {
    const refused = line('ORPHA:2', { request: { ...request, age: 130 } });
    const prepared = prepare(model, [malformed, refused, line('ORPHA:2', { pmids: [11] })]);
    const rows = [
      ...scoreByRatios(model, prepared, { added: [], rows: [], changes: [[forgotten(1)]] }, PAPERS),
    ];
    expect(rows).toMatchObject([
      { status: 'malformed', problem: 'is not JSON' },
      { status: 'refused', problem: 'VALIDATION_FAILED', disease: 'ORPHA:2' },
      { status: 'scored', rank: 3, paper_in_knowledge_base: true },
    ]);
  });
});

describe('overlayCases', () => {
  const truths = Truths.of(bundle, PAPERS);

  it('writes the readable cases by ids, with every code and paper in one spelling', () => {
    const cases = [line('MIM:100', { id: 'a', pmids: [12, 'PMID: 11'] }), malformed, line('OMIM:900')];
    expect(overlayCases(truths, prepare(model, cases))).toEqual([
      {
        id: 'a',
        request: {
          symptoms: { 'HP:0100749': 7, 'HP:0002094': 6 },
          absent: ['HP:0001945'],
          age: 60,
          gender: 'M',
        },
        truth: { codes: ['ORPHA:1', 'OMIM:100'] },
        pmids: ['PMID:12', 'PMID:11'],
      },
      expect.objectContaining({
        id: `${resolve('cases.jsonl')}:1`,
        truth: { codes: ['OMIM:900'] },
        pmids: [],
      }),
    ]);
  });
});
