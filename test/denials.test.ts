/** Findings that are denied, told of beside one that is denied, or told of with a word that denies. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_MODEL_DIR } from '../lambdas/adapters/bundle.ts';
import { loadModel } from '../lambdas/adapters/model.ts';
import { resolve } from '../lambdas/core/names.ts';
import { searchTerms } from '../lambdas/core/search.ts';
import { DENIALS } from './fixtures/lay-phrases.ts';

const { names, search } = await loadModel(DEFAULT_MODEL_DIR);

const cases = DENIALS.map(({ phrase, lang, absent = [], present = [] }) => ({
  phrase,
  absent,
  present,
  found: searchTerms(search(), phrase, lang, 5),
}));

describe('the search', () => {
  it.each(cases.filter(({ absent }) => absent.length > 0))('reads $phrase', ({ absent, present, found }) => {
    const ids = (negated?: true) => found.filter((match) => match.negated === negated).map(({ id }) => id);
    for (const accept of absent) {
      expect(ids(true)).toEqual(expect.arrayContaining([expect.toBeOneOf([...accept])]));
      expect(ids().filter((id) => accept.includes(id))).toEqual([]);
    }
    for (const accept of present)
      expect(ids()).toEqual(expect.arrayContaining([expect.toBeOneOf([...accept])]));
  });

  it.each(cases.filter(({ absent }) => absent.length === 0))(
    'takes nothing for denied in $phrase',
    ({ present, found }) => {
      expect(found[0]).not.toHaveProperty('negated');
      expect(found.filter(({ id, negated }) => negated && present.flat().includes(id))).toEqual([]);
    },
  );
});

describe('a request', () => {
  it('takes no denied finding for present', () => {
    const taken = cases.filter(({ phrase, absent }) => {
      const term = names.vocabulary.terms[resolve(names, phrase)?.term ?? -1];
      return term !== undefined && absent.flat().includes(term.id);
    });
    expect(taken.map(({ phrase }) => phrase)).toEqual([]);
  });
});
