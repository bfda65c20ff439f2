import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseLang } from '../../lambdas/api/language.ts';

describe('chooseLang', () => {
  it.each([
    [{}, 'es'],
    [{ body: 'en', query: 'es', acceptLanguage: 'es' }, 'en'],
    [{ query: 'en', acceptLanguage: 'es' }, 'en'],
    [{ body: 'fr', query: 'en' }, 'en'],
    [{ acceptLanguage: 'en' }, 'en'],
    [{ acceptLanguage: 'en-GB,en;q=0.9' }, 'en'],
    [{ acceptLanguage: 'fr, en;q=0.4, es;q=0.5' }, 'es'],
    [{ acceptLanguage: 'es;q=0.5, EN;q=0.8' }, 'en'],
    [{ acceptLanguage: 'en;q=0' }, 'es'],
    [{ acceptLanguage: 'en;q=zero' }, 'es'],
    [{ acceptLanguage: 'de, *' }, 'es'],
  ])('%j -> %s', (from, expected) => {
    expect(chooseLang(from)).toBe(expected);
  });

  it('takes any header', () => {
    fc.assert(
      fc.property(fc.string(), (acceptLanguage) => ['es', 'en'].includes(chooseLang({ acceptLanguage }))),
    );
  });
});
