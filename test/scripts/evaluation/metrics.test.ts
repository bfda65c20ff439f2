import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterOf } from '../../../scripts/evaluation/intervals.ts';
import { summarise } from '../../../scripts/evaluation/metrics.ts';
import { quantile } from '../../../scripts/evaluation/numbers.ts';
import { ranking } from '../../../scripts/evaluation/ranking.ts';
import type { Row } from '../../../scripts/evaluation/row.ts';
import { calibration } from '../../../scripts/evaluation/trust.ts';

const PLACE = { file: 'cases.jsonl', line: 1 };
const scored = (disease: string, rank: number, more: Partial<Row> = {}): Row => ({
  ...PLACE,
  status: 'scored',
  disease,
  rank,
  ...more,
});
const unknown = (disease: string): Row => ({ ...PLACE, id: 'x', status: 'unknown_truth', disease });
const refused = (disease: string, more: Partial<Row> = {}): Row => ({
  ...PLACE,
  status: 'refused',
  problem: 'NO_FINDINGS',
  disease,
  ...more,
});

describe('ranking', () => {
  it('means over cases and over diseases, misses among them', () => {
    const rows = [scored('a', 1), scored('a', 4), scored('b', 2), unknown('c'), refused('b')];
    expect(ranking(rows)).toMatchObject({
      n: 5,
      diseases: 3,
      disease_unknown: 1,
      micro: { top_1: 0.2, top_3: 0.4, top_5: 0.6, top_10: 0.6, mrr: 0.35 },
      macro: { top_1: 0.166667, top_3: 0.333333, top_5: 0.5, top_10: 0.5, mrr: 0.291667 },
    });
    expect(ranking([])).toBeNull();
  });

  it('keeps top-k, MRR and the intervals in order', () => {
    const ranks = fc.array(fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }), { minLength: 1 });
    fc.assert(
      fc.property(ranks, (all) => {
        const rows = all.map((rank, line): Row => {
          const row = rank === undefined ? unknown('b') : scored('a', rank);
          return { ...row, line };
        });
        const { top_1, top_3, top_5, top_10, mrr, ci95 } = ranking(rows)?.micro ?? expect.fail();
        const ordered = [top_1, top_3, top_5, top_10];
        expect(ordered).toEqual(ordered.toSorted((a, b) => a - b));
        expect(mrr).toBeGreaterThanOrEqual(top_1 - 1e-6);
        const [low, high] = ci95.top_1;
        expect(low).toBeLessThanOrEqual(high);
      }),
      { numRuns: 20 },
    );
  });
});

describe('intervals', () => {
  const cases = Array.from({ length: 200 }, (_, i) => i);

  it('resample the cohort, else the papers, else the case', () => {
    const row = scored('a', 1, { cohort: 'FBN1', papers: [2, 1] });
    expect(clusterOf(row)).toEqual({ kind: 'cohort', name: 'FBN1' });
    expect(clusterOf(scored('a', 1, { papers: [2, 1] }))).toEqual({ kind: 'papers', name: '1 2' });
    expect(clusterOf(scored('a', 1))).toEqual({ kind: 'case', name: 'cases.jsonl:1' });
    expect(ranking([row, row, scored('a', 1, { papers: [1] })])?.clusters).toEqual({ cohort: 1, papers: 1 });
  });

  it('are as wide as so many independent cases make them', () => {
    const rows = cases.map((line) => scored('a', line % 2 === 0 ? 1 : 9, { line }));
    const [low, high] = ranking(rows)?.micro.ci95.top_1 ?? expect.fail();
    const halfWidth = 1.96 * Math.sqrt(0.25 / 200);
    expect(low).toBeCloseTo(0.5 - halfWidth, 1);
    expect(high).toBeCloseTo(0.5 + halfWidth, 1);
  });

  it('are wider where whole cohorts fail together', () => {
    const rows = cases.map((i) => scored('a', i < 100 ? 1 : 9, { cohort: `cohort ${Math.floor(i / 25)}` }));
    const [low, high] = ranking(rows)?.micro.ci95.top_1 ?? expect.fail();
    expect(high - low).toBeGreaterThan(0.5);
  });

  it('are the same on every run', () => {
    const rows = cases.map((line) => scored(`d${line % 7}`, 1 + (line % 5), { line }));
    expect(ranking(rows)).toEqual(ranking(rows));
  });
});

describe('calibration', () => {
  it('is the mean gap between what is stated and what is right', () => {
    const stated = (probability: number, right: boolean) => ({ probability, right });
    const cases = [stated(0.9, true), stated(0.9, false), stated(0.1, false), stated(1, true)];
    const { n, ece, bins } = calibration(cases) ?? expect.fail();
    expect(n).toBe(4);
    expect(bins).toEqual([
      { n: 1, stated: 0.1, right: 0 },
      { n: 2, stated: 0.9, right: 0.5 },
      { n: 1, stated: 1, right: 1 },
    ]);
    expect(ece).toBeCloseTo((0.1 + 2 * 0.4 + 0) / 4, 6);
    expect(calibration([])).toBeNull();
  });
});

describe('summarise', () => {
  it('names what was not scored, and does not count what is no case', () => {
    const malformed: Row = { ...PLACE, line: 6, status: 'malformed', problem: 'truth: is missing' };
    const metrics = summarise([scored('a', 1), unknown('c'), refused('b'), malformed]);
    expect(metrics).toMatchObject({
      cases: 4,
      n: 3,
      not_scored: {
        unknown_truth: 1,
        refused: 1,
        malformed: 1,
        named: [
          { ...PLACE, id: 'x', status: 'unknown_truth' },
          { ...PLACE, status: 'refused', problem: 'NO_FINDINGS' },
          { file: 'cases.jsonl', line: 6, status: 'malformed', problem: 'truth: is missing' },
        ],
      },
    });
    expect(summarise([malformed])).toMatchObject({ cases: 1, n: 0 });
  });

  it('splits by the papers in the knowledge base and by the kind of truth', () => {
    const { by_paper, by_kind } = summarise([
      scored('a', 1, { paper_in_knowledge_base: true, kind: 'orphan' }),
      scored('a', 20, { paper_in_knowledge_base: false, kind: 'orphan' }),
      scored('a', 1, { paper_in_knowledge_base: false, kind: 'broad' }),
    ]);
    expect(by_paper?.in_knowledge_base).toMatchObject({ n: 1, micro: { top_1: 1 } });
    expect(by_paper?.not_in_knowledge_base).toMatchObject({ n: 2, micro: { top_1: 0.5 } });
    expect(by_kind).toMatchObject({ broad: { n: 1 }, orphan: { n: 2, micro: { top_1: 0.5 } } });
    expect(by_kind).not.toHaveProperty('common');
  });

  it('gives the cases by what is left of their disease', () => {
    const left = (rank: number, truth_changed: boolean, truth_forgotten: boolean) =>
      scored('a', rank, { truth_changed, truth_forgotten });
    const { by_knowledge } = summarise([left(1, false, false), left(5, true, false), left(900, true, true)]);
    expect(by_knowledge).toMatchObject({
      nothing_left_of_the_disease: 1,
      something_left: { n: 2, micro: { top_1: 0.5 } },
      something_left_and_disease_changed: { n: 1, micro: { top_1: 0 } },
    });
  });

  it('gives recall, specificity, severity and its calibration over the cases whose truth has them', () => {
    const told = (severity: string, true_severity: string) => ({ severity, true_severity, confidence: 0.8 });
    const metrics = summarise([
      scored('a', 1, { urgent: true, true_urgent: true, ...told('NO_ENFERMO', 'NO_ENFERMO') }),
      scored('a', 1, { urgent: false, true_urgent: true, ...told('NO_ENFERMO', 'ENFERMEDAD_LEVE') }),
      scored('a', 1, { urgent: false, true_urgent: false, probability: 0.6 }),
      scored('a', 1, { urgent: true }),
    ]);
    expect(metrics.urgent).toEqual({ n: 3, refused: 0, recall: 0.5, specificity: 1 });
    expect(metrics.severity).toEqual({ n: 2, accuracy: 0.5 });
    expect(metrics.calibration).toMatchObject({
      first_place: { n: 1, ece: 0.4 },
      severity: { n: 2, ece: 0.3 },
    });
  });

  it('counts a refused urgent case as missed, and no refused one as rightly not flagged', () => {
    const { urgent } = summarise([
      scored('a', 1, { urgent: true, true_urgent: true }),
      refused('a', { true_urgent: true }),
      scored('a', 1, { urgent: true, true_urgent: false }),
      scored('a', 1, { urgent: false, true_urgent: false }),
      refused('a', { true_urgent: false }),
    ]);
    expect(urgent).toEqual({ n: 5, refused: 2, recall: 0.5, specificity: 0.5 });
    const alone = summarise([refused('a', { true_urgent: true })]).urgent;
    expect(alone).toEqual({ n: 1, refused: 1, recall: 0, specificity: null });
  });

  it('gives coverage and size of the sets, an unknown truth being in none', () => {
    const { prediction_sets } = summarise([
      scored('a', 1, { kind: 'common', set_size: 2, in_set: true }),
      scored('a', 9, { kind: 'common', set_size: 4, in_set: false }),
      scored('b', 1, { kind: 'orphan', set_size: 60, in_set: true }),
      { ...unknown('c'), set_size: 10, in_set: false },
      refused('a'),
    ]);
    expect(prediction_sets).toEqual({
      n: 4,
      coverage: 0.5,
      size: { mean: 19, p50: 4, p90: 60 },
      by_kind: {
        common: { n: 2, coverage: 0.5, size: { mean: 3, p50: 2, p90: 4 } },
        orphan: { n: 1, coverage: 1, size: { mean: 60, p50: 60, p90: 60 } },
      },
    });
  });

  it('gives what the gate holds the cases for, by kind of truth and number of findings', () => {
    const gate = (common: number, broad: number, orphan: number) => ({ gate: { common, broad, orphan } });
    const { gate: decisions } = summarise([
      scored('a', 1, { kind: 'common', findings: 2, ...gate(0.6, 0.3, 0.1) }),
      scored('a', 1, { kind: 'common', findings: 3, ...gate(0.3, 0.1, 0.6) }),
      scored('b', 1, { kind: 'orphan', findings: 8, ...gate(0.1, 0.2, 0.7) }),
      scored('b', 1, { kind: 'orphan', findings: 30, ...gate(0.3, 0.4, 0.3) }),
    ]);
    expect(decisions).toMatchObject({
      n: 4,
      held_for_common: 0.25,
      held_for_broad: 0.25,
      held_for_orphan: 0.5,
      by_kind: {
        common: { n: 2, held_for_common: 0.5, held_for_orphan: 0.5, by_findings: { '3-4': { n: 1 } } },
        orphan: { n: 2, held_for_broad: 0.5, held_for_orphan: 0.5, by_findings: { '8+': { n: 2 } } },
      },
    });
    expect(Object.keys(decisions?.by_findings ?? {})).toEqual(['1-2', '3-4', '8+']);
  });

  it('counts the reasons for a review, and the findings that nobody knows', () => {
    const metrics = summarise([
      scored('a', 1, { review_reasons: ['LOW_CONFIDENCE', 'UNKNOWN_FINDINGS'], unknown_findings: 2 }),
      scored('a', 1, { review_reasons: ['UNKNOWN_FINDINGS'], unknown_findings: 1, covered: false }),
      scored('a', 1, { review_reasons: [], covered: true }),
    ]);
    expect(metrics.review).toEqual({
      n: 3,
      asked: 0.666667,
      not_covered: 1,
      reasons: { UNKNOWN_FINDINGS: 2, LOW_CONFIDENCE: 1 },
    });
    expect(metrics.unknown_findings).toEqual({ cases: 2, findings: 3 });
  });
});

describe('quantile', () => {
  it('takes the nearest rank', () => {
    expect([0, 0.5, 0.95, 1].map((q) => quantile([1, 2, 3, 4], q))).toEqual([1, 2, 4, 4]);
  });
});
