import { describe, expect, it } from 'vitest';
import { toModel } from '../../lambdas/adapters/model.ts';
import { similarPatients } from '../../lambdas/core/similar.ts';
import type { Finding } from '../../lambdas/core/types.ts';
import { bundle, models, termOf } from '../fixtures/bundle.ts';
import { finding } from '../fixtures/vocabulary.ts';

const { likelihood, content } = toModel(bundle, models).knowledge;
const published = bundle.orphan.published[0] ?? [];
const similar = (findings: readonly Finding[], among = published) =>
  similarPatients(likelihood, content, findings, among);

describe('similarPatients', () => {
  it('puts the patient with the same findings first, at 1, and leaves out those who share nothing', () => {
    const [first, second, ...rest] = similar([finding('dificultad_respirar'), finding('dolor_pecho')]);

    expect(first?.patient.pmids).toEqual([20, 21]);
    expect(first?.similarity).toBeCloseTo(1, 12);
    expect(first?.shared.map(({ term }) => term)).toEqual([
      termOf('dificultad_respirar'),
      termOf('dolor_pecho'),
    ]);
    expect(second?.patient.pmids).toEqual([30]);
    expect(rest).toEqual([]);
  });

  it('is the information shared over the information of either', () => {
    const [, second] = similar([finding('dificultad_respirar'), finding('dolor_pecho')]);
    const of = (slug: string) => content[termOf(slug)] ?? Number.NaN;
    const either = of('dificultad_respirar') + of('dolor_pecho') + of('dolor');
    expect(second?.similarity).toBeCloseTo(of('dificultad_respirar') / either, 12);
  });

  it('counts a narrower word of the report for the patient’s own', () => {
    const shared = similar([finding('dolor'), finding('dificultad_respirar')]).map((one) => [
      ...one.patient.pmids,
      ...one.shared.map(({ id }) => id),
    ]);
    const [pain, breath] = [finding('dolor').id, finding('dificultad_respirar').id];
    expect(shared).toEqual([
      [30, breath],
      [20, 21, pain, breath],
    ]);
  });

  it('hears of present findings alone, and shows three at most', () => {
    expect(similar([finding('fiebre', { present: false })])).toEqual([]);
    const many = Array.from({ length: 9 }, (_, i) => ({
      pmids: [9 - i],
      sex: 'F' as const,
      terms: [termOf('fiebre')],
    }));
    expect(similar([finding('fiebre')], many).map(({ patient }) => patient.pmids)).toEqual([[1], [2], [3]]);
  });
});
