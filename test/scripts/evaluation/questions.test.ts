import { describe, expect, it } from 'vitest';
import { toModel } from '../../../lambdas/adapters/model.ts';
import { prepareLikelihood, queryTerms, score } from '../../../lambdas/core/likelihood.ts';
import type { Case } from '../../../scripts/evaluation/case.ts';
import type { DdxplusRow, WordRows } from '../../../scripts/evaluation/ddxplus.ts';
import { generator } from '../../../scripts/evaluation/intervals.ts';
import { likelihoodOf } from '../../../scripts/evaluation/overlay.ts';
import { curve, difference, within } from '../../../scripts/evaluation/questions/curve.ts';
import {
  atRandom,
  byUtility,
  converse,
  mostFrequent,
  type Respondent,
} from '../../../scripts/evaluation/questions/dialogue.ts';
import { withRows } from '../../../scripts/evaluation/questions/published.ts';
import { simulatedPatients, testRows } from '../../../scripts/evaluation/questions/simulated.ts';
import { bundle, models, termOf } from '../../fixtures/bundle.ts';
import { finding, patient } from '../../fixtures/vocabulary.ts';

const model = toModel(bundle, models);
const slugOf = (term: number) => bundle.vocabulary.terms[term]?.slug ?? '';

/** A patient with pneumonia (row 5), who is asked and remembers what. */
function respondent(present: readonly string[], asked: string[] = []): Respondent {
  return {
    id: 'p',
    told: patient([finding('dolor_pecho')], { age: 60, gender: 'M' }),
    truth: [5],
    answer: (term) => {
      asked.push(slugOf(term));
      return slugOf(term) === 'tos' ? undefined : present.includes(slugOf(term));
    },
  };
}

describe('converse', () => {
  it('asks nothing twice, and tells the state before and after each question', async () => {
    const asked: string[] = [];
    const { turns, asked: count } = await converse(model, respondent(['fiebre'], asked), mostFrequent, 8);

    expect(turns).toHaveLength(9);
    expect(asked).toHaveLength(count);
    expect(new Set(asked).size).toBe(count);
    expect(asked).not.toContain('dolor_pecho');
  });

  it('changes nothing once no question is worth asking, nor by an answer that nobody knows', async () => {
    const { turns } = await converse(model, respondent(['fiebre']), () => undefined, 3);
    const one = await converse(
      model,
      respondent([]),
      ({ ahead }, open) => open.find((i) => slugOf(ahead.candidates[i] ?? -1) === 'tos'),
      1,
    );

    expect(turns).toEqual(Array(4).fill(turns[0]));
    expect(one.turns[1]).toEqual(one.turns[0]);
  });

  it('asks at random the same for the same seed', async () => {
    const run = async (seed: number) => {
      const asked: string[] = [];
      await converse(model, respondent([], asked), atRandom(generator(seed)), 3);
      return asked;
    };

    expect(await run(1)).toEqual(await run(1));
  });

  it('asks first what is served first', async () => {
    const asked: string[] = [];
    await converse(model, respondent(['fiebre'], asked), byUtility(), 1);
    const weighed: string[] = [];
    await converse(model, respondent(['fiebre'], weighed), byUtility(1), 1);

    expect(asked).toEqual(['fiebre']);
    expect(weighed).toEqual(asked);
  });
});

describe('simulatedPatients', () => {
  it('leaves out the test rows that the training has seen', () => {
    expect(testRows()).toHaveLength(679);
  });

  it('answers by the row: what it records, what that implies, and no to all else', () => {
    const row: DdxplusRow = { age: 60, sex: 'M', ev: ['E_1'], init: 'E_1', y: 'Pneumonia' };
    const told = { initial: { fiebre: 5 }, full: { fiebre: 5, dolor_pecho: 5 } };
    const word: WordRows = (rows, state) =>
      rows.map(
        (): Case => ({
          request: { symptoms: told[state as 'initial' | 'full'], age: 60, gender: 'M' },
          truth: { codes: ['J18.9'], urgent: true },
        }),
      );
    const [one] = simulatedPatients(model, [row], word);

    expect(one).toMatchObject({ truth: [5], urgent: true });
    expect(one?.told.findings.map(({ id }) => id)).toEqual(['HP:0001945']);
    expect(one?.answer(termOf('dolor_pecho'))).toBe(true);
    expect(one?.answer(termOf('dolor'))).toBe(true);
    expect(one?.answer(termOf('dificultad_respirar'))).toBe(false);
  });
});

describe('withRows', () => {
  it('scores the changed row as the overlay does, and all others as before', () => {
    const { orphan, vocabulary, orphanCount, trainedCount } = bundle;
    const rowCount = orphanCount + trainedCount;
    const changed = { row: 1, terms: [termOf('fiebre')], codes: [180], discounted: true };
    const before = prepareLikelihood(orphan, vocabulary.terms, rowCount, orphan.discounted);
    const profiles = withRows(orphan.profiles, [changed]);
    const after = prepareLikelihood({ ...orphan, profiles }, vocabulary.terms, rowCount, orphan.discounted);
    const query = queryTerms(before, [finding('fiebre'), finding('dolor_pecho')]);

    const scores = score(after, query).byRow;

    expect(scores[1]).toBeCloseTo(score(likelihoodOf(before, [changed]), query).byRow[0] as number, 12);
    const others = (values: Float64Array) => [...values].filter((_, row) => row !== 1);
    expect(others(scores)).toEqual(others(score(before, query).byRow));
    expect(scores[1]).not.toBe(score(before, query).byRow[1]);
  });
});

describe('curve', () => {
  const turn = (rank: number) => ({ rank, urgent: false });
  const ours = [
    [turn(3), turn(1)],
    [turn(2), turn(1)],
  ];
  const theirs = [
    [turn(3), turn(2)],
    [turn(2), turn(1)],
  ];

  it('is the share of patients after each question, with its interval', () => {
    expect(curve(ours, ['a', 'b'], within(1)).map(({ share }) => share)).toEqual([0, 1]);
    expect(curve(ours, ['a', 'b'], within(2))[0]).toEqual({ share: 0.5, ci95: [0, 1] });
  });

  it('compares two strategies on the same patients', () => {
    expect(difference(ours, theirs, ['a', 'b'], within(1), 1)).toEqual({ share: 0.5, ci95: [0, 1] });
    expect(difference(ours, ours, ['a', 'b'], within(1), 1)).toEqual({ share: 0, ci95: [0, 0] });
  });
});
