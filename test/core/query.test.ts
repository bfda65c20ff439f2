import { describe, expect, it } from 'vitest';
import { denied, tellingWords } from '../../lambdas/core/query.ts';

describe('denied', () => {
  it.each([
    ['sin fiebre', 'fiebre'],
    ['no fiebre', 'fiebre'],
    ['no tiene tos', 'tos'],
    ['niega dolor toracico', 'dolor toracico'],
    ['no refiere nauseas', 'nauseas'],
    ['ausencia de ictericia', 'ictericia'],
    ['afebril', 'fiebre'],
    ['denies chest pain', 'chest pain'],
    ['without any rash', 'rash'],
    ['does not have fever', 'fever'],
  ])('reads %s as the absence of %s', (key, finding) => {
    expect(denied(key)).toBe(finding);
  });

  it.each([
    'fiebre',
    'no puede dormir',
    'no me baja la regla',
    'no se mueve',
    'sin',
    'sinusitis',
    'nodulo',
    'cannot sleep',
  ])('does not take %s for a denial', (key) => {
    expect(denied(key)).toBeUndefined();
  });
});

describe('tellingWords', () => {
  it('drops the words that name nothing, unless there are no others', () => {
    expect(tellingWords('me duele mucho la cabeza')).toEqual(['duele', 'cabeza']);
    expect(tellingWords('de la')).toEqual(['de', 'la']);
  });
});
