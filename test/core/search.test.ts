import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { searchTerms } from '../../lambdas/core/search.ts';
import { indexSearch } from '../../lambdas/core/search-index.ts';
import type { Lang, Vocabulary } from '../../lambdas/core/types.ts';
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
  it.each([
    [
      'DOLOR de pecho',
      {
        id: 'HP:0100749',
        slug: 'dolor_pecho',
        label: { es: 'Dolor de pecho', en: 'Chest pain' },
        matched: 'Dolor de pecho',
      },
    ],
    [
      'spider fingers',
      {
        id: 'HP:9000002',
        label: { es: 'Aracnodactilia', en: 'Arachnodactyly' },
        matched: 'Spider fingers',
      },
    ],
  ])('puts the term that is called %j first, with its labels and the name that matched', (query, match) => {
    expect(found(query)[0]).toEqual(match);
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

  it('finds the words in any order, with others between them, as a patient says them', () => {
    expect(found('pecho dolor')[0]?.slug).toBe('dolor_pecho');
    expect(found('me duele mucho el pecho')[0]?.slug).toBe('dolor_pecho');
    expect(found('tengo los tobillos hinchados')[0]?.slug).toBe('hinchazon_tobillo');
  });

  it('gives the finding that a query denies, marked so, and no other query is marked', () => {
    expect(found('sin fiebre')[0]).toMatchObject({ slug: 'fiebre', negated: true });
    expect(found('niega dolor de pecho')[0]).toMatchObject({ slug: 'dolor_pecho', negated: true });
    expect(found('fiebre').filter(({ negated }) => negated)).toEqual([]);
  });

  it('gives what a query tells of and what it denies in turn, each marked as it is', () => {
    const [first, second] = found('tos sin fiebre');
    expect(first).toMatchObject({ slug: 'tos' });
    expect(first).not.toHaveProperty('negated');
    expect(second).toMatchObject({ slug: 'fiebre', negated: true });
  });

  it('leaves out what is told of and denied at once', () => {
    const matches = found('diarrea sin sangre', 'es', 20);
    expect(matches[0]).toMatchObject({ slug: 'diarrea' });
    expect(matches.map(({ slug }) => slug)).not.toContain('diarrea_con_sangre');
  });

  it('shows a finding that is called by a denial as present', () => {
    const calling = indexSearch({
      terms: [
        { id: 'HP:1', kind: 'phenotype', es: 'Hambre', en: 'Hunger' },
        { id: 'HP:2', kind: 'phenotype', es: 'Anorexia', en: 'Anorexia', syn_es: ['no tiene hambre'] },
      ],
      replaced: {},
    });

    const [first, second] = searchTerms(calling, 'no tengo hambre', 'es', 5);

    expect(first).toMatchObject({ id: 'HP:2' });
    expect(first).not.toHaveProperty('negated');
    expect(second).toMatchObject({ id: 'HP:1', negated: true });
  });

  it('offers every finding that an ambiguous word may mean, first', () => {
    const meant = (id: string, es: string) => ({ id, kind: 'symptom', es, en: es, ambiguous: ['debilidad'] });
    const doubtful = indexSearch({
      terms: [
        { id: 'HP:1', kind: 'symptom', es: 'Debilidad de la cara', en: 'Facial weakness', everyday: true },
        meant('HP:2', 'Astenia'),
        meant('HP:3', 'Falta de fuerza'),
      ],
      replaced: {},
    });

    const ids = searchTerms(doubtful, 'debilidad', 'es', 5).map(({ id }) => id);

    expect(ids).toEqual(['HP:2', 'HP:3', 'HP:1']);
  });

  it('shows an everyday finding before a rare phenotype that matches as well', () => {
    const terms = ['HP:1', 'HP:2'].map((id) => ({ id, kind: 'phenotype', es: `Dolor de ${id}`, en: id }));
    const [rare, common] = terms;
    const both = indexSearch({
      terms: [rare, { ...common, everyday: true }] as Vocabulary['terms'],
      replaced: {},
    });

    expect(searchTerms(both, 'dolor', 'es', 2).map(({ id }) => id)).toEqual(['HP:2', 'HP:1']);
  });

  it('does not mind accents and case', () => {
    const label = fc.constantFrom(...vocabulary.terms.map(({ es }) => es));
    fc.assert(
      fc.property(label, (es) => {
        const bare = es.normalize('NFD').replace(/\p{M}/gu, '');
        expect(found(es.toUpperCase())).toEqual(found(es));
        expect(found(bare.toLowerCase())).toEqual(found(es));
      }),
      { numRuns: 40 },
    );
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
