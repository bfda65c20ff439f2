import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalise,
  inPresentTerms,
  type ReportedFinding,
  type ReportedPatient,
} from '../../lambdas/core/findings.ts';
import { indexNames } from '../../lambdas/core/names.ts';
import { bundle, termOf } from '../fixtures/bundle.ts';
import { vocabulary } from '../fixtures/vocabulary.ts';

const index = indexNames(bundle.vocabulary);
const vocabularyNames = indexNames(vocabulary);

const said = (name: string, details: Partial<ReportedFinding> = {}): ReportedFinding => ({
  name,
  pointer: `/symptoms/${name}`,
  present: true,
  ...details,
});
const patient = (findings: ReportedFinding[], details: Partial<ReportedPatient> = {}): ReportedPatient => ({
  findings,
  age: 40,
  gender: 'F',
  vitals: {},
  ...details,
});

describe('canonicalise', () => {
  it('writes findings in the vocabulary’s terms and keeps intensity, onset and duration', () => {
    const reported = patient([
      said('Fever', { intensity: 8, onset: 2, duration: 1 }),
      said('tos', { present: false }),
    ]);

    const { patient: canonical, warnings } = canonicalise(index, reported);

    expect(canonical).toEqual({
      findings: [
        { id: 'HP:0001945', term: termOf('fiebre'), present: true, intensity: 8, onset: 2, duration: 1 },
        { id: 'HP:0012735', term: termOf('tos'), present: false },
      ],
      age: 40,
      gender: 'F',
      vitals: {},
    });
    expect(warnings).toEqual([]);
  });

  it('merges two names of one finding, keeps the greater intensity and warns', () => {
    const reported = patient([said('fiebre', { intensity: 3 }), said('HP:0001945', { intensity: 7 })]);

    const { patient: canonical, warnings } = canonicalise(index, reported);

    expect(canonical.findings).toEqual([
      { id: 'HP:0001945', term: termOf('fiebre'), present: true, intensity: 7 },
    ]);
    expect(warnings).toMatchObject([{ code: 'DUPLICATE_FINDING', pointer: '/symptoms/HP:0001945' }]);
    expect(warnings[0]?.message).toEqual({
      es: 'El hallazgo «Fiebre» se ha indicado más de una vez; se cuenta una sola, con la mayor intensidad.',
      en: 'The finding "Fever" was given more than once; it counts once, with the greatest intensity.',
    });
  });

  it('keeps a finding as history only where nothing else tells of it', () => {
    const past = (name: string) => said(name, { pointer: '/medical_history/0', history: true });

    const { patient: canonical } = canonicalise(index, patient([past('tos'), past('Fever'), said('fiebre')]));

    expect(canonical.findings).toEqual([
      { id: 'HP:0012735', term: termOf('tos'), present: true, history: true },
      { id: 'HP:0001945', term: termOf('fiebre'), present: true },
    ]);
  });

  it('names every place of a term that is both present and absent', () => {
    const reported = patient([said('fiebre'), said('Fever', { pointer: '/absent/0', present: false })]);

    const { contradictions } = canonicalise(index, reported);

    expect(contradictions).toEqual([
      { label: { es: 'Fiebre', en: 'Fever' }, pointers: ['/symptoms/fiebre', '/absent/0'] },
    ]);
  });

  it('leaves out what nobody knows and hands it back', () => {
    const unknown = said('xyzzy');

    const result = canonicalise(index, patient([unknown, said('tos')]));

    expect(result.unknown).toEqual([unknown]);
    expect(result.patient.findings.map(({ id }) => id)).toEqual(['HP:0012735']);
  });

  it('takes an obsolete id for the term that replaces it, and warns', () => {
    const { patient: canonical, warnings } = canonicalise(index, patient([said('HP:9999999')]));

    expect(canonical.findings[0]?.id).toBe('HP:0001945');
    expect(warnings).toMatchObject([{ code: 'OBSOLETE_TERM', pointer: '/symptoms/HP:9999999' }]);
  });

  it('warns of a pregnancy that cannot be, and of no other', () => {
    const codes = (details: Partial<ReportedPatient>) =>
      canonicalise(index, patient([], details)).warnings.map(({ code }) => code);

    expect(codes({ gender: 'M', pregnant: true })).toEqual(['IMPLAUSIBLE_COMBINATION']);
    expect(codes({ gender: 'F', age: 80, pregnant: true })).toEqual(['IMPLAUSIBLE_COMBINATION']);
    expect(codes({ gender: 'F', age: 9, pregnant: true })).toEqual(['IMPLAUSIBLE_COMBINATION']);
    expect(codes({ gender: 'F', pregnant: true })).toEqual([]);
    expect(codes({ gender: 'M', pregnant: false })).toEqual([]);
  });

  it('finds the same patient whatever the order of the findings', () => {
    const names = bundle.vocabulary.terms.flatMap(({ slug }) => slug ?? []);
    const findings = fc.array(
      fc.record({
        name: fc.constantFrom(...names),
        present: fc.boolean(),
        intensity: fc.integer({ min: 1, max: 10 }),
        history: fc.constantFrom({}, { history: true as const }),
      }),
    );
    fc.assert(
      fc.property(findings, fc.infiniteStream(fc.nat()), (given, keys) => {
        const reported = given.map(({ name, history, ...rest }) => said(name, { ...rest, ...history }));
        const shuffled = reported
          .map((one) => ({ one, key: keys.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        const byTerm = (all: ReportedFinding[]) =>
          canonicalise(index, patient(all)).patient.findings.toSorted((a, b) => a.term - b.term);
        expect(byTerm(shuffled)).toEqual(byTerm(reported));
      }),
    );
  });

  it('takes a pregnancy told as a finding for one', () => {
    const told = vocabularyNames.vocabulary.terms.findIndex(({ id }) => id === 'CEN:embarazo');
    const known = canonicalise(vocabularyNames, patient([said('CEN:embarazo', { history: true })])).patient;

    expect(known.findings).toMatchObject([{ term: told }]);
    expect(known.pregnant).toBe(true);
  });

  it('keeps the more recent onset of a finding named twice', () => {
    const twice = patient([said('Fever', { onset: 2000 }), said('fiebre', { onset: 0 })]);

    expect(canonicalise(index, twice).patient.findings).toMatchObject([{ id: 'HP:0001945', onset: 0 }]);
  });
});

describe('inPresentTerms', () => {
  const stored = (
    ...findings: { readonly id: string; readonly present: boolean; readonly intensity?: number }[]
  ) => ({
    ...patient([]),
    findings: findings.map((finding) => ({ ...finding, term: 0 })),
  });

  it('finds the places of the terms as they are now, leaves out what is gone, and keeps the rest', () => {
    const before = stored(
      { id: 'HP:0001945', present: true, intensity: 8 },
      { id: 'CEN:gone', present: true },
      { id: 'HP:0012735', present: false },
    );

    expect(inPresentTerms(index, before)).toEqual({
      ...before,
      findings: [
        { id: 'HP:0001945', term: termOf('fiebre'), present: true, intensity: 8 },
        { id: 'HP:0012735', term: termOf('tos'), present: false },
      ],
    });
  });

  it.each([
    [true, false],
    [false, true],
  ])('keeps the present one of two that are one term by now', (first, second) => {
    const [old, id] = Object.entries(bundle.vocabulary.replaced)[0] ?? ['', ''];

    const { findings } = inPresentTerms(index, stored({ id: old, present: first }, { id, present: second }));

    expect(findings).toMatchObject([{ id, present: true }]);
  });
});
