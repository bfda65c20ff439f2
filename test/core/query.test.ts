import { describe, expect, it } from 'vitest';
import { nounOf, tellingWords } from '../../lambdas/core/query.ts';

describe('tellingWords', () => {
  it('drops the words that name nothing, unless there are no others', () => {
    expect(tellingWords('me duele mucho la cabeza')).toEqual(['duele', 'cabeza']);
    expect(tellingWords('de la')).toEqual(['de', 'la']);
  });
});

describe('nounOf', () => {
  it.each([
    ['duele', 'dolor'],
    ['coughing', 'cough'],
    ['fiebre', undefined],
  ])('%s stands for %s', (word, noun) => {
    expect(nounOf(word)).toBe(noun);
  });
});
