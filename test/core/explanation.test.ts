import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toModel } from '../../lambdas/adapters/model.ts';
import { explain } from '../../lambdas/core/explanation.ts';
import { ageBand, encode } from '../../lambdas/core/features.ts';
import { queryTerms, score } from '../../lambdas/core/likelihood.ts';
import type { Patient } from '../../lambdas/core/types.ts';
import { bundle, models } from '../fixtures/bundle.ts';
import { finding, patient } from '../fixtures/vocabulary.ts';

const { terms } = bundle.vocabulary;
const { knowledge } = toModel(bundle, models);
const { likelihood } = knowledge;
const { tables } = bundle.common;

function explained(who: Patient, row: number) {
  return explain(
    knowledge,
    who,
    { features: encode(bundle.features, terms, who), query: queryTerms(likelihood, who.findings) },
    row,
  );
}
function total(who: Patient, row: number): number {
  const { findings, age, sex } = explained(who, row);
  return [...findings.values(), age, sex].reduce((a, b) => a + b, 0);
}
const logRatio = (probabilities: readonly number[], c: number) =>
  Math.log(
    (probabilities[c] ?? 0) / probabilities.reduce((sum, p, k) => sum + p * (tables.prior[k] ?? 0), 0),
  );

const anybody = fc
  .record({
    slugs: fc.uniqueArray(
      fc.record({
        slug: fc.constantFrom('fiebre', 'dolor_pecho', 'dolor', 'obstipacion', 'dificultad_respirar', 'tos'),
        present: fc.boolean(),
      }),
      { selector: ({ slug }) => slug },
    ),
    age: fc.double({ min: 0, max: 120, noNaN: true }),
    gender: fc.constantFrom('F', 'M', 'O'),
  })
  .map(({ slugs, age, gender }) =>
    patient(
      slugs.map(({ slug, present }) => finding(slug, { present })),
      { age, gender },
    ),
  );

describe('explain', () => {
  it('of an orphan condition adds up to its likelihood-ratio score, without age and sex', () => {
    fc.assert(
      fc.property(anybody, fc.nat({ max: 2 }), (who, row) => {
        expect(total(who, row)).toBeCloseTo(
          score(likelihood, queryTerms(likelihood, who.findings)).byRow[row] ?? Number.NaN,
          9,
        );
        expect(explained(who, row)).toMatchObject({ age: 0, sex: 0 });
      }),
    );
  });

  it('of a common condition adds up to naive Bayes’ log ratio over the known items, age and sex', () => {
    fc.assert(
      fc.property(anybody, fc.integer({ min: 3, max: 5 }), (who, row) => {
        const c = row - 3;
        let expected = logRatio(
          tables.age.map((bands) => bands[ageBand(bundle.features.ageBands, who.age)] ?? 0),
          c,
        );
        if (who.gender !== 'O')
          expected += logRatio(
            tables.sex.map((sex) => sex[who.gender === 'F' ? 0 : 1] ?? 0),
            c,
          );
        encode(bundle.features, terms, who).items.forEach((x, item) => {
          if (x === 0) return;
          expected += logRatio(
            tables.present.map((p) => (x === 1 ? (p[item] ?? 0) : 1 - (p[item] ?? 0))),
            c,
          );
        });
        expect(total(who, row)).toBeCloseTo(expected, 9);
      }),
    );
  });

  it('shares an item among the findings that decide it', () => {
    const [pain, chestPain] = [finding('dolor'), finding('dolor_pecho')];
    const { findings } = explained(patient([pain, chestPain]), 4);
    const [item1, item2] = [1, 2].map((item) =>
      logRatio(
        tables.present.map((p) => p[item] ?? 0),
        1,
      ),
    );
    expect(findings.get(pain)).toBeCloseTo((item2 ?? 0) / 2, 9);
    expect(findings.get(chestPain)).toBeCloseTo((item1 ?? 0) + (item2 ?? 0) / 2, 9);
  });

  it('names every finding, also one that says nothing', () => {
    const who = patient([finding('moscas_volantes'), finding('fiebre')]);
    expect([...explained(who, 3).findings.keys()]).toEqual(who.findings);
    expect([...explained(who, 3).findings.values()][0]).toBe(0);
  });
});
