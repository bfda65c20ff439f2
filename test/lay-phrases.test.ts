/** How laypeople say the findings that conditions show most: 223 phrases written before their words, 66 after. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_MODEL_DIR } from '../lambdas/adapters/bundle.ts';
import { loadModel } from '../lambdas/adapters/model.ts';
import { searchTerms } from '../lambdas/core/search.ts';
import { LAY_PHRASES } from './fixtures/lay-phrases.ts';

const { names, search } = await loadModel(DEFAULT_MODEL_DIR);

/** Percent of the phrases whose term is first, and in the first five. */
const reached = (after: true | undefined) => {
  const ranks = LAY_PHRASES.filter((given) => given.after === after).map(({ phrase, lang, accept }) =>
    searchTerms(search(), phrase, lang, 5).findIndex(({ id, negated }) => !negated && accept.includes(id)),
  );
  const share = (is: (rank: number) => boolean) => (100 * ranks.filter(is).length) / ranks.length;
  return { first: share((rank) => rank === 0), firstFive: share((rank) => rank >= 0) };
};

describe('the lay phrases', () => {
  it('stand for terms of the vocabulary, each once', () => {
    expect(LAY_PHRASES).toHaveLength(289);
    expect(new Set(LAY_PHRASES.map(({ phrase }) => phrase)).size).toBe(289);
    const ids = LAY_PHRASES.flatMap(({ accept }) => accept);
    expect(ids.filter((id) => !names.byId.has(id.toLowerCase()))).toEqual([]);
  });

  it('are found', () => {
    const { first, firstFive } = reached(undefined);
    expect(first).toBeGreaterThanOrEqual(97);
    expect(firstFive).toBeGreaterThanOrEqual(99);
  });

  it('are found less often where they are whole sentences that no word was added for', () => {
    const { first, firstFive } = reached(true);
    expect(first).toBeGreaterThanOrEqual(55);
    expect(firstFive).toBeGreaterThanOrEqual(73);
  });
});

describe('a word that means two things', () => {
  it.each([
    ['debilidad', ['HP:0025406', 'HP:0001324']],
    ['ahogo', ['HP:0002094', 'CEN:sensacion_ahogo']],
  ])('%s is offered with each of them', (word, ids) => {
    const found = searchTerms(search(), word, 'es', 2).map(({ id }) => id);
    expect(new Set(found)).toEqual(new Set(ids));
  });
});
