/** Findings as people write them: a set of phrases frozen before any synonym was written for them. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_MODEL_DIR } from '../lambdas/adapters/bundle.ts';
import { loadModel } from '../lambdas/adapters/model.ts';
import { normalise } from '../lambdas/core/names.ts';
import { searchTerms } from '../lambdas/core/search.ts';
import { judge, levels, PHRASES, PHRASES_FILE, REGISTERS } from './fixtures/phrases.ts';

const model = await loadModel(DEFAULT_MODEL_DIR);
const { names } = model;

describe('the frozen phrases', () => {
  it('are those that were written before the synonyms', () => {
    expect(createHash('sha256').update(readFileSync(PHRASES_FILE)).digest('hex')).toBe(
      'b2309213ba4416f68fbdffaabbc72033dcc1069732dd874b16731dece9458dbe',
    );
  });

  it('are six hundred, three in four Spanish, each once', () => {
    expect(PHRASES).toHaveLength(605);
    expect(new Set(PHRASES.map(({ phrase }) => phrase)).size).toBe(605);
    expect(PHRASES.filter(({ lang }) => lang === 'es').length / 605).toBeGreaterThan(0.75);
    expect(new Set(PHRASES.map(({ register }) => register))).toEqual(new Set(REGISTERS));
  });

  it('stand for terms of the vocabulary', () => {
    const ids = PHRASES.flatMap(({ accept }) => accept);
    expect(ids.filter((id) => !names.byId.has(id.toLowerCase()))).toEqual([]);
    expect(PHRASES.filter(({ accept }) => accept.length === 0)).toEqual([]);
  });
});

/** Percent: exact in a request, first and in the first five of the search, understood or rightly suggested. */
const LEVELS: Readonly<Record<string, readonly [number, number, number, number]>> = {
  all: [75, 95, 97, 96],
  es: [73, 95, 96.5, 96],
  en: [81, 96, 98, 96.5],
  clinical: [97, 98, 99, 98],
  lay: [83, 96, 98, 97],
  regional: [66, 80, 86, 86],
  typo: [0, 98, 98, 98],
  abbreviation: [88, 88, 88, 88],
  denied: [0, 100, 100, 100],
};

describe('what people write', () => {
  const judged = judge(model);
  const reached = new Map(levels(judged).map((level) => [level.group, level]));

  it.each(Object.entries(LEVELS))('is understood and found: %s', (group, least) => {
    const { exact = 0, top1 = 0, top5 = 0, helped = 0 } = reached.get(group) ?? {};
    for (const [i, level] of [exact, top1, top5, helped].entries())
      expect(level).toBeGreaterThanOrEqual(least[i] ?? 100);
  });

  it('is seldom taken for something else', () => {
    expect(reached.get('all')?.wrong).toBeLessThanOrEqual(1);
  });

  it('is never taken for present where it is denied, and is shown as denied', () => {
    const denials = judged.filter(({ negated }) => negated);
    expect(denials.filter(({ resolved }) => resolved !== 'unknown')).toEqual([]);
    for (const { phrase, lang } of denials)
      expect(searchTerms(model.search(), phrase, lang, 1)[0]).toMatchObject({ negated: true });
  });

  it('finds everyday labels of six letters or more with one letter wrong', () => {
    const labels = names.vocabulary.terms.filter(({ everyday, es }) => everyday && normalise(es).length >= 6);
    let seed = 1;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const found = labels
      .filter((_, i) => i % 4 === 0)
      .map(({ id, es }) => {
        const key = normalise(es);
        const at = random(key.length - 1);
        const letter = String.fromCharCode(97 + random(26));
        const wrong = [
          key.slice(0, at) + key.slice(at + 1),
          key.slice(0, at) + letter + key.slice(at + 1),
          key.slice(0, at) + letter + key.slice(at),
          key.slice(0, at) + key[at + 1] + key[at] + key.slice(at + 2),
        ][random(4)] as string;
        return searchTerms(model.search(), wrong, 'es', 5).some((match) => match.id === id);
      });
    expect(found.length).toBeGreaterThan(200);
    expect(found.filter(Boolean).length / found.length).toBeGreaterThanOrEqual(0.97);
  });
});
