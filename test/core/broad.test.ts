import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BroadEntry, type BroadSection, readBroad } from '../../lambdas/adapters/broad-files.ts';
import { broadPosterior, broadSummary, prepareBroad, queryBroad } from '../../lambdas/core/broad.ts';
import { saturation } from '../../lambdas/core/broad-confidence.ts';
import type { Effects } from '../../lambdas/core/explanation.ts';
import { broadContributions } from '../../lambdas/core/explanation-broad.ts';
import type { Finding, Patient, Term } from '../../lambdas/core/types.ts';
import fixture from './broad.fixture.json' with { type: 'json' };

/** A small made-up world and what the training code computed of its patients. */
const terms = fixture.terms as readonly Term[];
const bytes = Buffer.from(fixture.profiles, 'hex');
const section: BroadSection = fixture.section;
const entries = fixture.entries as readonly BroadEntry[];
const { spec } = readBroad(section, bytes, entries, terms.length, 100);
const broad = prepareBroad(spec, terms);

type Written = (typeof fixture.patients)[number];

function patientOf({ present, absent, age, sex, chief, history }: Written): Patient {
  const intensity = (term: number) => (chief < 0 ? {} : { intensity: term === chief ? 9 : 3 });
  const findings: Finding[] = [
    ...present.map((term) => ({
      id: terms[term]?.id ?? '',
      term,
      present: true,
      ...(history.includes(term) ? { history: true as const } : intensity(term)),
    })),
    ...absent.map((term) => ({ id: terms[term]?.id ?? '', term, present: false })),
  ];
  return { findings, age, gender: sex as Patient['gender'], vitals: {} };
}

/** The linear scorer, as the ONNX model computes it. */
function scoresOf(patient: Patient): number[] {
  const query = queryBroad(broad, patient);
  const width = section.weights.length;
  return entries.map((_, row) =>
    section.weights.reduce((sum, weight, i) => sum + weight * (query.features[row * width + i] ?? 0), 0),
  );
}

const posteriorOf = (patient: Patient): Float64Array =>
  broadPosterior(broad, queryBroad(broad, patient), scoresOf(patient));

const likeliest = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((best, value, i) => (value > (values[best] as number) ? i : best), 0);

describe('broad layer', () => {
  test.each(fixture.patients.map((written, i) => [i, written] as const))(
    'patient %i is scored as the training code does',
    (_, written) => {
      const patient = patientOf(written);

      const posterior = posteriorOf(patient);
      const summary = broadSummary(queryBroad(broad, patient), posterior);

      posterior.forEach((p, row) => {
        expect(p).toBeCloseTo(written.posterior[row] as number, 6);
      });
      summary.forEach((value, i) => {
        expect(value).toBeCloseTo(written.summary[i] as number, 5);
      });
    },
  );

  test('findings, age and sex add up to the logit', () => {
    for (const written of fixture.patients) {
      const patient = patientOf(written);
      const { known } = queryBroad(broad, patient);
      const scores = scoresOf(patient);
      for (const candidate of [likeliest(scores), 4]) {
        const { findings, age, sex } = broadContributions(broad, patient, [candidate])[0] as Effects;

        expect([...findings.keys()]).toEqual(patient.findings);
        const sum = [...findings.values()].reduce((a, b) => a + b, age + sex);
        expect(sum).toBeCloseTo(saturation(spec, known)(scores[candidate] as number), 5);
      }
    }
  });

  test('the order of the findings does not matter', () => {
    for (const written of fixture.patients) {
      const patient = patientOf(written);
      const turned = { ...patient, findings: patient.findings.toReversed() };

      const [there, back] = [posteriorOf(patient), posteriorOf(turned)];

      there.forEach((p, row) => {
        expect(back[row]).toBeCloseTo(p, 6);
      });
    }
  });

  test('a finding that no profile knows moves no candidate and lowers the share explained', () => {
    const written = fixture.patients[0] as Written;
    const known = patientOf({ ...written, chief: -1 });
    const strange: Patient = {
      ...known,
      findings: [...known.findings, { id: 'HP:0000118', term: 0, present: true }],
    };

    expect(posteriorOf(strange)).toEqual(posteriorOf(known));
    const covered = (patient: Patient) => Math.max(...queryBroad(broad, patient).coverage);
    expect(covered(strange)).toBeLessThan(covered(known));
  });

  test('what a patient of this sex or age cannot have never competes, nor counts for the gate', () => {
    const written = fixture.patients[0] as Written;
    const patientAt = (gender: Patient['gender'], age: number) => ({ ...patientOf(written), gender, age });
    const limited = entries.flatMap(({ only_sex, only_below }, row) =>
      only_sex === 'F' || only_below === 1 ? [row] : [],
    );
    const man = patientAt('M', 40);

    const query = queryBroad(broad, man);
    const posterior = posteriorOf(man);
    const summary = broadSummary(query, posterior);

    expect(limited.length).toBeGreaterThan(2);
    for (const row of limited) expect([posterior[row], query.coverage[row]]).toEqual([0, 0]);
    expect(posterior.filter((p) => p > 0)).toHaveLength(entries.length - limited.length);
    expect(summary.every(Number.isFinite)).toBe(true);
    expect(posteriorOf(patientAt('O', 0)).filter((p) => p > 0)).toHaveLength(entries.length - 1);
  });

  test('few findings never make a condition of texts near certain, and the order of the scores stays', () => {
    const patient = patientOf(fixture.patients[0] as Written);
    const query = queryBroad(broad, patient);
    const scoresFrom = fc.array(fc.double({ min: -60, max: 60, noNaN: true }), {
      minLength: entries.length,
      maxLength: entries.length,
    });

    fc.assert(
      fc.property(scoresFrom, fc.integer({ min: 0, max: 12 }), (scores, known) => {
        const possible = new Uint8Array(entries.length).fill(1);

        const posterior = broadPosterior(broad, { ...query, known, possible }, scores);

        const kept = section.missed ** Math.max(known, 1);
        expect(posterior.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
        expect(Math.max(...posterior)).toBeLessThanOrEqual(1 - kept + kept / entries.length + 1e-9);
        expect(Math.min(...posterior)).toBeGreaterThanOrEqual(kept / entries.length - 1e-9);
        expect(posterior[likeliest(scores)]).toBe(Math.max(...posterior));
      }),
    );
  });

  test('a patient without any finding tells no candidate apart by findings', () => {
    const nobody: Patient = { findings: [], age: 50, gender: 'O', vitals: {} };

    const { known, coverage } = queryBroad(broad, nobody);

    expect(known).toBe(0);
    expect(Math.max(...coverage)).toBe(0);
    expect(broadContributions(broad, nobody, [0])[0]?.sex).toBe(0);
  });
});

describe('files of the broad layer', () => {
  test('candidates of their own follow the other rows, those that point keep their row', () => {
    const pointing = entries.map((entry, i) => (i === 2 ? { ...entry, row: 7 } : entry));

    const { spec } = readBroad(section, bytes, pointing, terms.length, 100);

    expect([...spec.rows.slice(0, 4)]).toEqual([100, 101, 7, 102]);
    expect(spec.unprofiled.filter((flag) => flag === 1)).toHaveLength(
      entries.filter(({ profile }) => profile === 'literature').length,
    );
  });

  test.each([
    ['another vocabulary', bytes, entries, terms.length + 1],
    ['another number of candidates', bytes, entries.slice(1), terms.length],
    ['more bytes than stated', Buffer.concat([bytes, Buffer.alloc(4)]), entries, terms.length],
  ])('%s is refused', (_, content, listed, count) => {
    expect(() => readBroad(section, content, listed, count, 100)).toThrow(RangeError);
  });
});
