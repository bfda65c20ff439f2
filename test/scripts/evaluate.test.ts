import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toModel } from '../../lambdas/adapters/model.ts';
import { createEvaluator } from '../../scripts/evaluate.ts';
import {
  type Case,
  normaliseCode,
  quantile,
  type Row,
  readCases,
  summarise,
} from '../../scripts/evaluation.ts';
import { bundle, runMembers } from '../fixtures/bundle.ts';

const evaluate = createEvaluator(toModel(bundle, runMembers), new Set([11]));
const coronary = { symptoms: { dolor_pecho: 7, dificultad_respirar: 6, fiebre: 2 }, age: 60, gender: 'M' };
const judged = (given: Partial<Case>, line = 1) =>
  evaluate({ line, case: { request: coronary, truth: { codes: ['I20.0'] }, ...given } });

describe('normaliseCode', () => {
  it.each([
    ['Orphanet:558', 'ORPHA:558'],
    ['ORPHANET:558', 'ORPHA:558'],
    ['orpha:558', 'ORPHA:558'],
    ['MIM:154700', 'OMIM:154700'],
    ['OMIM:154700', 'OMIM:154700'],
    ['ICD10:I21.9', 'I219'],
    ['ICD-10-CM:i21.9', 'I219'],
    ['I21.9', 'I219'],
  ])('%s -> %s', (code, expected) => {
    expect(normaliseCode(code)).toBe(expected);
  });
});

describe('createEvaluator', () => {
  it('finds the truth’s place by any exactly equivalent code', async () => {
    expect(await judged({ truth: { codes: ['ICD10:I20.0'] } })).toMatchObject({ status: 'scored', rank: 1 });
    expect(await judged({ truth: { codes: ['MIM:100'] } })).toMatchObject({ disease: 'ORPHA:1', rank: 5 });
  });

  it('knows the code that the data set of the truth uses, too wide as it is', async () => {
    expect(await judged({ truth: { codes: ['J17'] } })).toMatchObject({ status: 'scored', disease: 'J18.9' });
  });

  it('compares severity and urgency where the truth tells them', async () => {
    const row = await judged({ truth: { codes: ['I20.0'], severity: 'ENFERMEDAD_LEVE', urgent: true } });
    expect(row).toMatchObject({
      severity: 'ENFERMEDAD_AGUDA',
      true_severity: 'ENFERMEDAD_LEVE',
      urgent: true,
      true_urgent: true,
    });
  });

  it('tells whether a paper of the case is in the knowledge base', async () => {
    expect((await judged({ pmids: ['PMID:12', 11] })).paper_in_knowledge_base).toBe(true);
    expect((await judged({ pmids: [12] })).paper_in_knowledge_base).toBe(false);
    expect((await judged({})).paper_in_knowledge_base).toBeUndefined();
  });

  it('names what cannot be scored', async () => {
    expect(await judged({ truth: { codes: ['ORPHA:999'] } })).toMatchObject({
      status: 'unknown_truth',
      disease: 'ORPHA:999',
    });
    expect(await judged({ request: { ...coronary, age: 130 } })).toMatchObject({
      status: 'refused',
      problem: 'VALIDATION_FAILED',
    });
    expect(await evaluate({ line: 7, case: undefined })).toEqual({ line: 7, status: 'malformed' });
  });
});

describe('summarise', () => {
  const scored = (disease: string, rank: number, more: Partial<Row> = {}): Row => ({
    line: 1,
    status: 'scored',
    disease,
    rank,
    ...more,
  });

  it('means over cases and over diseases, misses among them', () => {
    const metrics = summarise([
      scored('a', 1),
      scored('a', 4),
      scored('b', 2),
      { line: 4, id: 'x', status: 'unknown_truth', disease: 'c' },
      { line: 5, status: 'refused', problem: 'NO_FINDINGS', disease: 'b' },
      { line: 6, status: 'malformed' },
    ]);

    expect(metrics).toEqual({
      cases: 6,
      n: 5,
      diseases: 3,
      micro: { top_1: 0.2, top_3: 0.4, top_5: 0.6, top_10: 0.6, mrr: 0.35 },
      macro: { top_1: 0.166667, top_3: 0.333333, top_5: 0.5, top_10: 0.5, mrr: 0.291667 },
      not_scored: {
        unknown_truth: 1,
        refused: 1,
        malformed: 1,
        named: [
          { line: 4, id: 'x', status: 'unknown_truth' },
          { line: 5, status: 'refused', problem: 'NO_FINDINGS' },
          { line: 6, status: 'malformed' },
        ],
      },
    });
  });

  it('splits by the papers in the knowledge base', () => {
    const { by_paper } = summarise([
      scored('a', 1, { paper_in_knowledge_base: true }),
      scored('a', 20, { paper_in_knowledge_base: false }),
      scored('a', 1, { paper_in_knowledge_base: false }),
    ]);
    expect(by_paper?.in_knowledge_base).toMatchObject({ n: 1, micro: { top_1: 1 } });
    expect(by_paper?.not_in_knowledge_base).toMatchObject({ n: 2, micro: { top_1: 0.5 } });
  });

  it('gives recall, specificity and severity over the cases whose truth has them', () => {
    const metrics = summarise([
      scored('a', 1, {
        urgent: true,
        true_urgent: true,
        severity: 'NO_ENFERMO',
        true_severity: 'NO_ENFERMO',
      }),
      scored('a', 1, {
        urgent: false,
        true_urgent: true,
        severity: 'NO_ENFERMO',
        true_severity: 'ENFERMEDAD_LEVE',
      }),
      scored('a', 1, { urgent: false, true_urgent: false }),
      scored('a', 1, { urgent: true }),
    ]);
    expect(metrics.urgent).toEqual({ n: 3, refused: 0, recall: 0.5, specificity: 1 });
    expect(metrics.severity).toEqual({ n: 2, accuracy: 0.5 });
  });

  it('counts a refused urgent case as missed, and no refused one as rightly not flagged', () => {
    const refused = (true_urgent: boolean): Row => ({
      line: 1,
      status: 'refused',
      disease: 'a',
      true_urgent,
    });
    const { urgent } = summarise([
      scored('a', 1, { urgent: true, true_urgent: true }),
      refused(true),
      scored('a', 1, { urgent: true, true_urgent: false }),
      scored('a', 1, { urgent: false, true_urgent: false }),
      refused(false),
    ]);
    expect(urgent).toEqual({ n: 5, refused: 2, recall: 0.5, specificity: 0.5 });
    expect(summarise([refused(true)]).urgent).toEqual({ n: 1, refused: 1, recall: 0, specificity: null });
  });

  it('keeps top-k and MRR in order', () => {
    const ranks = fc.array(fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }), { minLength: 1 });
    fc.assert(
      fc.property(ranks, (all) => {
        const rows = all.map(
          (rank): Row => (rank === undefined ? { line: 1, status: 'unknown_truth' } : scored('a', rank)),
        );
        const { top_1, top_3, top_5, top_10, mrr } = summarise(rows).micro;
        const ordered = [top_1, top_3, top_5, top_10];
        expect(ordered).toEqual(ordered.toSorted((a, b) => a - b));
        expect(mrr).toBeGreaterThanOrEqual(top_1 - 1e-6);
      }),
    );
  });
});

describe('quantile', () => {
  it('takes the nearest rank', () => {
    expect([0, 0.5, 0.95, 1].map((q) => quantile([1, 2, 3, 4], q))).toEqual([1, 2, 4, 4]);
  });
});

describe('readCases', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'centinela-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('reads plain and gzipped lines and keeps those that are no cases', () => {
    const good = { request: coronary, truth: { codes: ['I20.0'] } };
    const text = `${JSON.stringify(good)}\n\n{"request": {}}\nnot json\n`;
    const [plain, zipped] = [join(folder, 'cases.jsonl'), join(folder, 'cases.jsonl.gz')];
    writeFileSync(plain, text);
    writeFileSync(zipped, gzipSync(text));

    const expected = [
      { line: 1, case: good },
      { line: 3, case: undefined },
      { line: 4, case: undefined },
    ];
    expect(readCases(plain)).toEqual(expected);
    expect(readCases(zipped)).toEqual(expected);
  });
});
