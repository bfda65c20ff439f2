import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Clause, clausesOf, hasDenyingWord } from '../../lambdas/core/denial.ts';

/** A clause a line: what is denied after "not: ", what is lacking after "lack: ", what is told of as it is. */
const inWords = ({ text, denied, lacking }: Clause): string =>
  denied ? `not: ${text}` : lacking === undefined ? text : `lack: ${lacking}`;

const read = (query: string) => clausesOf(query).map(inWords);

describe('clausesOf', () => {
  it.each([
    ['sin fiebre', 'not: fiebre'],
    ['no fiebre', 'not: fiebre'],
    ['no tiene tos', 'not: tos'],
    ['ya no tengo fiebre', 'not: fiebre'],
    ['Niega dolor torácico', 'not: dolor toracico'],
    ['no refiere náuseas', 'not: nauseas'],
    ['ausencia de ictericia', 'not: ictericia'],
    ['nunca ha tenido convulsiones', 'not: convulsiones'],
    ['no me duele la cabeza', 'not: duele la cabeza'],
    ['la cabeza no me duele', 'not: la cabeza duele'],
    ['no orina con sangre', 'not: orina con sangre'],
    ['se me quitó la tos', 'not: tos'],
    ['No, no tengo tos', 'not: tos'],
    ['afebril', 'not: fiebre'],
    ['denies chest pain', 'not: chest pain'],
    ['not coughing', 'not: coughing'],
    ['no longer dizzy', 'not: dizzy'],
    ['without any rash', 'not: rash'],
    ['does not have fever', 'not: fever'],
    ["I don't have a headache", 'not: headache'],
    ["my chest doesn't hurt", 'not: chest hurt'],
    ['the fever is gone', 'not: fever'],
    ['la tos se le quitó', 'not: la tos'],
    ['mi bebé no tiene fiebre', 'not: fiebre'],
    ['w/o fever', 'not: fever'],
    ["there's no pain", 'not: pain'],
  ])('reads the denial of %j', (query, clause) => {
    expect(read(query)).toEqual([clause]);
  });

  it.each([
    ['tos sin fiebre', ['tos', 'not: fiebre']],
    ['dolor de cabeza pero no fiebre', ['dolor de cabeza', 'not: fiebre']],
    ['no tengo fiebre pero sí tos', ['not: fiebre', 'tos']],
    ['no tengo fiebre y me duele la cabeza', ['not: fiebre', 'me duele la cabeza']],
    ['sin náuseas ni vómitos', ['not: nauseas', 'not: vomitos']],
    ['niega tos, disnea y fiebre; ictericia', ['not: tos', 'not: disnea', 'not: fiebre', 'ictericia']],
    ['sin fiebre, sin tos y no vomita', ['not: fiebre', 'not: tos', 'not: vomita']],
    ['fiebre no, tos sí', ['not: fiebre', 'tos']],
    ['fiebre no, dolor de pecho', ['not: fiebre', 'dolor de pecho']],
    ['sin fiebre, tos sí', ['not: fiebre', 'tos']],
    ['neither fever nor cough', ['not: fever', 'not: cough']],
    ['no cough, but has fever', ['not: cough', 'fever']],
  ])('tells apart what %j tells of and what it denies', (query, clauses) => {
    expect(read(query)).toEqual(clauses);
  });

  it.each([
    ['no tengo hambre', 'hambre'],
    ['sin fuerza en el brazo', 'fuerza brazo'],
    ['no duerme', 'duerme'],
    ['no siento las manos', 'manos'],
    ['not feeling well', 'well'],
    ['no sense of smell', 'sense smell'],
  ])('takes %j for the lack of what a healthy person has', (query, lacking) => {
    expect(read(query)).toEqual([`lack: ${lacking}`]);
  });

  it.each([
    'fiebre',
    'no puede dormir',
    'no me baja la regla',
    'no se me quita el dolor de cabeza',
    'no para de toser',
    'la tos no se le quita',
    'la tos no se le quitó',
    'no aguanto el dolor',
    'fiebre que no baja',
    'no sé si tengo fiebre',
    'no solo tos',
    'no se mueve',
    'no reacciona',
    'fever not going down',
    'not only cough',
    'sin',
    'sinusitis',
    'nodulo',
    'cannot sleep',
    'tos y fiebre',
    '',
  ])('denies nothing in %j', (query) => {
    expect(clausesOf(query)).toEqual([{ text: expect.any(String), denied: false }]);
  });

  it('reads any text into clauses of normalised words, and none that denies nothing at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (query) => {
        for (const { text } of clausesOf(query)) expect(text).toMatch(/^([a-z0-9]+( [a-z0-9]+)*)?$/);
      }),
    );
    const word = fc.constantFrom('no', 'sin', 'ni', 'y', 'ya', 'tengo', 'not', 'the', 'is', 'gone', 'fiebre');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 5 }), (typed) => {
        expect(clausesOf(typed.join(' ')).filter(({ text, denied }) => denied && text === '')).toEqual([]);
      }),
    );
  });

  it('denies what follows "sin", and not what comes before it', () => {
    const finding = fc.constantFrom('fiebre', 'tos', 'dolor de pecho', 'chest pain');
    fc.assert(
      fc.property(finding, finding, (one, other) => {
        expect(read(`${one} sin ${other}`)).toEqual([one, `not: ${other}`]);
      }),
    );
  });
});

describe('hasDenyingWord', () => {
  it.each([
    ['no vacunado', true],
    ['tos que no se quita', true],
    ['noche', false],
  ])('%j: %s', (key, expected) => {
    expect(hasDenyingWord(key)).toBe(expected);
  });
});
