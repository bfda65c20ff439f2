import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexSearch, searchTerms } from '../../lambdas/core/search.ts';
import type { Lang } from '../../lambdas/core/types.ts';
import { vocabulary } from '../fixtures/vocabulary.ts';

const search = indexSearch({
  terms: [
    ...vocabulary.terms,
    { id: 'HP:9000001', kind: 'phenotype', es: 'Dolor de pecho raro', en: 'Odd chest pain' },
    {
      id: 'HP:9000002',
      kind: 'phenotype',
      es: 'Aracnodactilia',
      en: 'Arachnodactyly',
      syn_en: ['Spider fingers'],
    },
  ],
  replaced: {},
});
const found = (query: string, lang: Lang = 'es', limit = 5) => searchTerms(search, query, lang, limit);

describe('searchTerms', () => {
  it('puts the very name first, with its label in the language asked for and the name that matched', () => {
    expect(found('DOLOR de pecho')[0]).toEqual({
      id: 'HP:0100749',
      slug: 'dolor_pecho',
      label: 'Dolor de pecho',
      matched: 'Dolor de pecho',
    });
    expect(found('dolor de pecho', 'en')[0]?.label).toBe('Chest pain');
  });

  it('forgives accents and a slip of the pen', () => {
    expect(found('náuseas')[0]?.slug).toBe('nauseas');
    expect(found('fibre')[0]?.slug).toBe('fiebre');
    expect(found('aracnodactylia')[0]?.id).toBe('HP:9000002');
  });

  it('finds what begins with the letters typed so far', () => {
    expect(found('dificul', 'es', 20).map(({ slug }) => slug)).toContain('dificultad_respirar');
  });

  it('shows curated findings before other terms that match as well', () => {
    const ids = found('dolor pecho', 'es', 50).map(({ id, slug }) => slug ?? id);
    expect(ids).toContain('HP:9000001');
    expect(ids.indexOf('dolor_pecho')).toBeLessThan(ids.indexOf('HP:9000001'));
  });

  it('names a term without slug by a synonym in the other language', () => {
    expect(found('spider fingers')[0]).toEqual({
      id: 'HP:9000002',
      label: 'Aracnodactilia',
      matched: 'Spider fingers',
    });
  });

  it('finds nothing for what resembles nothing', () => {
    expect(found('zzzqqq')).toEqual([]);
    expect(found('¡!')).toEqual([]);
  });

  it('gives at most `limit` terms, each once, whatever is asked', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 20 }), (query, limit) => {
        const ids = found(query, 'en', limit).map(({ id }) => id);
        expect(ids.length).toBeLessThanOrEqual(limit);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  it('finds every term first by its own label', () => {
    const labels = vocabulary.terms.filter(({ slug }) => slug !== undefined);
    const missed = labels.filter(({ id, es }) => found(es)[0]?.id !== id);
    expect(missed.map(({ slug }) => slug)).toEqual([]);
  });
});
