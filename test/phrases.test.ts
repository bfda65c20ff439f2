/** Findings as people write them: a set of phrases frozen before any synonym was written for them. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_MODEL_DIR } from '../lambdas/adapters/bundle.ts';
import { loadModel } from '../lambdas/adapters/model.ts';
import { PHRASES, PHRASES_FILE, REGISTERS } from './fixtures/phrases.ts';

const { names } = await loadModel(DEFAULT_MODEL_DIR);

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
