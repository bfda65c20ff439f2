import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold, slips, stem } from '../../lambdas/core/spelling.ts';

const word = fc.stringMatching(/^[a-z]{0,9}$/);

describe('fold', () => {
  it.each([
    ['vomitos', 'bomitoz'],
    ['hinchazon', 'inchason'],
    ['llagas', 'yagas'],
    ['estrenimiento', 'extrenimiento'],
    ['hemorragia', 'emorajia'],
    ['diarrhea', 'diarrea'],
    ['anaemia', 'anemia'],
    ['quemazon', 'kemason'],
  ])('hears %s and %s alike', (a, b) => {
    expect(fold(a)).toBe(fold(b));
  });

  it.each([
    ['tos', 'pus'],
    ['pecho', 'pelo'],
    ['mano', 'mono'],
  ])('tells %s from %s', (a, b) => {
    expect(fold(a)).not.toBe(fold(b));
  });
});

describe('stem', () => {
  it.each([
    ['dolores', 'dolor'],
    ['hinchado', 'hinchadas'],
    ['palpitacion', 'palpitaciones'],
    ['headaches', 'headache'],
  ])('gives %s and %s one stem', (a, b) => {
    expect(stem(a)).toBe(stem(b));
  });

  it('leaves short words as they are', () => {
    expect(['tos', 'gas', 'pus'].map(stem)).toEqual(['tos', 'gas', 'pus']);
  });
});

describe('slips', () => {
  it.each([
    ['fiebre', 'fiebre', 0],
    ['fiebre', 'fibre', 1],
    ['fiebre', 'fiebrre', 1],
    ['fiebre', 'feibre', 1],
    ['fiebre', 'fievre', 1],
    ['fiebre', 'feber', 2],
    ['', 'abc', 3],
  ])('counts those between %s and %s', (a, b, expected) => {
    expect(slips(a, b, 5)).toBe(expected);
  });

  it('is the same from either side, and none between a word and itself', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(slips(a, b, 9)).toBe(slips(b, a, 9));
        expect(slips(a, a, 2)).toBe(0);
      }),
    );
  });

  it('stops counting past the most', () => {
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 3 }), (a, b, most) => {
        expect(slips(a, b, most)).toBe(Math.min(slips(a, b, 9), most + 1));
      }),
    );
  });
});
