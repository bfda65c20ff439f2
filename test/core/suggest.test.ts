import { describe, expect, it } from 'vitest';
import { indexNames } from '../../lambdas/core/names.ts';
import { indexSearch } from '../../lambdas/core/search-index.ts';
import { suggestTerms } from '../../lambdas/core/suggest.ts';
import { vocabulary } from '../fixtures/vocabulary.ts';

const names = indexNames({ ...vocabulary, replaced: { 'HP:0000009': 'HP:0001945' } });
const search = indexSearch(vocabulary);
const suggested = (query: string) => suggestTerms(names, () => search, query, 'es', 5).map(({ id }) => id);

describe('suggestTerms', () => {
  it.each(['HP:0001945', 'hp:0001945', 'HP_0001945', 'HP0001945', 'HPO:0001945', 'HP:1945', ' HP:0000009 '])(
    'knows the term that %j stands for',
    (code) => {
      expect(suggested(code)).toEqual(['HP:0001945']);
    },
  );

  it('knows a code of ours, and shows what was written as the name that matched', () => {
    const [match] = suggestTerms(names, () => search, 'cen:mareo', 'es', 5);
    expect(match).toEqual({
      id: 'CEN:mareo',
      slug: 'mareo',
      label: { es: 'Mareo', en: 'Dizziness' },
      matched: 'cen:mareo',
    });
  });

  it.each(['HP:9999999', 'HP:123456789', 'CEN:foo', 'CEN:'])(
    'offers no other term for the code %j',
    (code) => {
      expect(suggested(code)).toEqual([]);
    },
  );

  it('searches for anything else', () => {
    expect(suggested('fievre')[0]).toBe('HP:0001945');
  });
});
