import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ageBand, encode, informativeFindings } from '../../lambdas/core/features.ts';
import type { Finding, Patient } from '../../lambdas/core/types.ts';
import { bundle } from '../fixtures/bundle.ts';
import { finding, patient } from '../fixtures/vocabulary.ts';

const { terms } = bundle.vocabulary;
const encoded = (who: Patient) => encode(bundle.features, terms, who);
const items = (...findings: Finding[]) => [...encoded(patient(findings)).items];

describe('encode', () => {
  it('switches on the items of a present finding and off those of an absent one', () => {
    expect(items(finding('dolor_pecho'), finding('fiebre', { present: false }))).toEqual([-1, 1, 1, 0, 0]);
  });

  it('lets a present finding win over an absent one, in either order', () => {
    const here = finding('dolor_pecho');
    const denied = finding('dolor', { present: false });
    expect(items(here, denied)).toEqual([0, 1, 1, 0, 0]);
    expect(items(denied, here)).toEqual([0, 1, 1, 0, 0]);
  });

  it('gives an evidence that asks for the opposite the opposite value', () => {
    expect(items(finding('obstipacion'))).toEqual([0, 0, 0, -1, 0]);
    expect(items(finding('obstipacion', { present: false }))).toEqual([0, 0, 0, 1, 0]);
  });

  it('lays the row out as items, age band, sex, age and counts', () => {
    const who = patient([finding('dolor_pecho'), finding('fiebre', { present: false })], {
      age: 45,
      gender: 'M',
    });
    const band = [0, 0, 0, 0, 1, 0, 0];
    expect(encoded(who).row).toEqual(Float32Array.of(-1, 1, 1, 0, 0, ...band, 0, 1, 0.45, 2 / 20, 1 / 20));
  });

  it('tells nothing of sex for gender O', () => {
    const { row } = encoded(patient([], { gender: 'O', age: 0.5 }));
    expect(row).toEqual(Float32Array.of(0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0.005, 0, 0));
  });

  it('does not depend on the order of present and absent findings', () => {
    const some = fc.uniqueArray(
      fc.record({
        slug: fc.constantFrom('fiebre', 'dolor_pecho', 'dolor', 'obstipacion', 'dificultad_respirar', 'tos'),
        present: fc.boolean(),
      }),
      { selector: ({ slug }) => slug },
    );
    fc.assert(
      fc.property(some, (said) => {
        const findings = said.map(({ slug, present }) => finding(slug, { present }));
        expect(items(...findings.toReversed())).toEqual(items(...findings));
      }),
    );
  });

  it('is not moved by a finding that no item stands for', () => {
    expect(items(finding('fiebre'), finding('moscas_volantes'))).toEqual(items(finding('fiebre')));
  });
});

describe('ageBand', () => {
  it.each([
    [0, 0],
    [4.99, 0],
    [5, 1],
    [44.9, 3],
    [75, 6],
    [120, 6],
  ])('%d years -> band %d', (age, band) => {
    expect(ageBand(bundle.features.ageBands, age)).toBe(band);
  });
});

describe('informativeFindings', () => {
  it('counts present findings that light an item', () => {
    const findings = [finding('fiebre'), finding('dolor', { present: false }), finding('moscas_volantes')];
    expect(informativeFindings(terms, findings)).toBe(1);
  });
});
