import { describe, expect, it } from 'vitest';
import { toModel } from '../../../lambdas/adapters/model.ts';
import { createEvaluator } from '../../../scripts/evaluation/answer.ts';
import type { Case } from '../../../scripts/evaluation/case.ts';
import { bundle, models } from '../../fixtures/bundle.ts';

const evaluate = createEvaluator(toModel(bundle, models), new Set([11]));
const coronary = { symptoms: { dolor_pecho: 7, dificultad_respirar: 6, fiebre: 2 }, age: 60, gender: 'M' };
const PLACE = { file: 'cases.jsonl', line: 1 };
const judged = (given: Partial<Case>) =>
  evaluate({ ...PLACE, case: { request: coronary, truth: { codes: ['I20.0'] }, ...given } });

describe('createEvaluator', () => {
  it('finds the truth’s place by any exactly equivalent code', async () => {
    expect(await judged({ truth: { codes: ['ICD10:I20.0'] } })).toMatchObject({
      status: 'scored',
      kind: 'common',
      rank: 1,
      findings: 3,
    });
    expect(await judged({ truth: { codes: ['MIM:100'] } })).toMatchObject({
      disease: 'ORPHA:1',
      kind: 'orphan',
    });
  });

  it('knows the code that the data set of the truth uses, too wide as it is', async () => {
    expect(await judged({ truth: { codes: ['J17'] } })).toMatchObject({ status: 'scored', disease: 'J18.9' });
  });

  it('tells how sure the answer is, what the gate and the set hold, and why a review is asked for', async () => {
    const row = await judged({});
    expect(row.probability).toBeGreaterThan(0);
    expect(row.confidence).toBeGreaterThan(0);
    const { common = 0, broad = 0, orphan = 0 } = row.gate ?? {};
    expect(common + broad + orphan).toBeCloseTo(1, 6);
    expect(row.set_size).toBeGreaterThan(0);
    expect(row.in_set).toBeTypeOf('boolean');
    expect(row.covered).toBeTypeOf('boolean');
    expect(row.review_reasons).toBeInstanceOf(Array);
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

  it('counts the findings that the vocabulary does not know', async () => {
    const request = {
      ...coronary,
      symptoms: { ...coronary.symptoms, 'HP:8888888': 5 },
      validation: 'lenient',
    };
    expect(await judged({ request })).toMatchObject({ status: 'scored', findings: 3, unknown_findings: 1 });
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
    expect(await evaluate({ ...PLACE, fault: 'is not JSON' })).toEqual({
      ...PLACE,
      status: 'malformed',
      problem: 'is not JSON',
    });
  });
});
