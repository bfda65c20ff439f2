import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexNames, normalise, resolve } from '../../lambdas/core/names.ts';
import type { Term } from '../../lambdas/core/types.ts';

const term = (id: string, es: string, en: string, more: Partial<Term> = {}): Term => ({
  id,
  kind: 'phenotype',
  es,
  en,
  ...more,
});

const index = indexNames({
  terms: [
    term('HP:0000001', 'Fiebre', 'Fever', { slug: 'fiebre', syn_es: ['calentura'], syn_en: ['pyrexia'] }),
    term('HP:0000002', 'Temperatura', 'Pyrexia'),
    term('HP:0000003', 'Dedos largos', 'Long fingers', { syn_en: ['Spidery', 'fever'] }),
    term('HP:0000004', 'Aracnodactilia', 'Arachnodactyly', { syn_en: ['spidery', 'long-fingers'] }),
    term('CEN:algo', 'Algo', 'Something', { slug: 'algo', ambiguous: ['alguna cosa'] }),
  ],
  replaced: { 'HP:0000009': 'HP:0000004' },
});

const termNamed = (name: string) => resolve(index, name)?.term;

describe('normalise', () => {
  it.each([
    ['  Dolor_de  PECHO ', 'dolor de pecho'],
    ['Náusea/vómito (2)', 'nausea vomito 2'],
    ['ÑANDÚ', 'nandu'],
    ['¿?', ''],
    ['a\u0903b a\u20ddb', 'ab ab'],
  ])('%j -> %j', (name, expected) => {
    expect(normalise(name)).toBe(expected);
  });

  it('is idempotent and gives words of a-z and 0-9 joined by one space', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const key = normalise(name);
        expect(normalise(key)).toBe(key);
        expect(key).toMatch(/^([a-z0-9]+( [a-z0-9]+)*)?$/);
      }),
    );
  });
});

describe('resolve', () => {
  it.each([
    ['slug', 'fiebre', 0],
    ['Spanish label without its accents and case', 'ARACNODACTILIA', 3],
    ['English label', 'long fingers', 2],
    ['Spanish synonym', 'Calentura', 0],
    ['id in lower case', ' hp:0000003 ', 2],
    ['id of our own', 'cen:ALGO', 4],
  ])('finds a term by its %s', (_, name, expected) => {
    expect(resolve(index, name)).toEqual({ term: expected, obsolete: false });
  });

  it('gives an obsolete id to the term that replaces it, and says so', () => {
    expect(resolve(index, 'HP:0000009')).toEqual({ term: 3, obsolete: true });
  });

  it('lets a curated finding keep its name against an HPO label and an HPO synonym', () => {
    expect(termNamed('pyrexia')).toBe(0);
    expect(termNamed('fever')).toBe(0);
  });

  it('lets an HPO label keep its name against an HPO synonym', () => {
    expect(termNamed('long fingers')).toBe(2);
  });

  it.each([
    ['that two terms of one rank claim', 'spidery'],
    ['that nobody has', 'xyz'],
    ['that may mean something else', 'alguna cosa'],
    ['of an id that does not exist', 'HP:0000005'],
    ['that is empty', ''],
    ['of Object.prototype', 'constructor'],
  ])('knows no name %s', (_, name) => {
    expect(resolve(index, name)).toBeUndefined();
  });

  it('takes no denied finding for a present one', () => {
    const names = index.vocabulary.terms.flatMap(({ es, en, syn_es = [] }) => [es, en, ...syn_es]);
    const denials = ['sin', 'no', 'niega', 'no tiene', 'ausencia de', 'without', 'no', 'denies'];
    const resolved = denials.flatMap((denial) =>
      names.filter((name) => termNamed(`${denial} ${name}`) !== undefined),
    );
    expect(resolved).toEqual([]);
  });
});
