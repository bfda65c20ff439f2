import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toModel } from '../../lambdas/adapters/model.ts';
import { closureOf } from '../../lambdas/core/likelihood.ts';
import { runParts } from '../../lambdas/core/parts.ts';
import { nextQuestions, weighQuestions } from '../../lambdas/core/questions.ts';
import { gainsOf, posterior } from '../../lambdas/core/questions-gain.ts';
import type { LookAhead } from '../../lambdas/core/questions-look-ahead.ts';
import { COSTS, LEAST_UTILITY } from '../../lambdas/core/questions-policy.ts';
import type { Patient } from '../../lambdas/core/types.ts';
import { bundle, models, termOf } from '../fixtures/bundle.ts';
import { finding, patient } from '../fixtures/vocabulary.ts';

const { knowledge } = toModel(bundle, models);
const { terms } = bundle.vocabulary;
const asked = async (who: Patient, limit = 5) =>
  nextQuestions(knowledge, who, await runParts(knowledge, who, models), limit);
const slugOf = (term: number) => terms[term]?.slug;

/** Rows 0 and 1, none and the rest; one question. */
const ahead = (prior: number[], present: number[]): LookAhead => ({
  rows: [0, 1],
  prior: Float64Array.from(prior),
  candidates: [7],
  present: Float64Array.from(present),
});
const NOBODY = new Uint8Array(4);

describe('gainsOf', () => {
  it('is one bit where the answer tells one of two even conditions', () => {
    const { eig, present } = gainsOf(ahead([0.5, 0.5, 0, 0], [1, 0, 0.5, 0.5]), NOBODY);

    expect(present[0]).toBe(0.5);
    expect(eig[0]).toBeCloseTo(1, 12);
  });

  it('is the entropy before less the mean entropy after', () => {
    const given = ahead([0.6, 0.2, 0.1, 0.1], [0.9, 0.3, 0.05, 0.4]);
    const bits = (p: Float64Array) => p.reduce((sum, x) => sum - (x > 0 ? x * Math.log2(x) : 0), 0);
    const { eig, present } = gainsOf(given, NOBODY);
    const yes = present[0] as number;
    const after = yes * bits(posterior(given, 0, true)) + (1 - yes) * bits(posterior(given, 0, false));

    expect(eig[0]).toBeCloseTo(bits(given.prior) - after, 12);
  });

  it('counts the emergency that an absence brings under one in a hundred, by its present probability', () => {
    const given = ahead([0.1, 0.9, 0, 0], [0.99, 0.1, 0.5, 0.5]);
    const { drop, present } = gainsOf(given, Uint8Array.of(1, 0, 0, 0));

    expect(drop[0]).toBeCloseTo(0.1 * (1 - (present[0] as number)), 12);
    expect(gainsOf(given, NOBODY).drop[0]).toBe(0);
  });

  it('rules nothing out by the presence of something else', () => {
    const { drop } = gainsOf(ahead([0.1, 0.9, 0, 0], [0.001, 0.9, 0.5, 0.5]), Uint8Array.of(1, 0, 0, 0));

    expect(drop[0]).toBe(0);
  });

  it('lies between nothing and the entropy of the answer, whatever is given', () => {
    const p = fc.double({ min: 0.002, max: 0.98, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(p, p, p, p), fc.tuple(p, p, p, p), (weights, present) => {
        const total = weights.reduce((a, b) => a + b, 0);
        const given = ahead(
          weights.map((w) => w / total),
          present,
        );
        const { eig, drop } = gainsOf(given, Uint8Array.of(1, 1, 0, 0));
        expect(eig[0]).toBeGreaterThanOrEqual(0);
        expect(eig[0]).toBeLessThanOrEqual(1);
        expect(drop[0]).toBeGreaterThanOrEqual(0);
        expect(drop[0]).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('nextQuestions', () => {
  it('asks for what tells the likeliest conditions apart, best first, and says what each answer would do', async () => {
    const who = patient([finding('dolor_pecho'), finding('dificultad_respirar')], { age: 60, gender: 'M' });
    const { questions } = await asked(who);

    const utilities = questions.map(({ utility }) => utility);
    expect(utilities).toEqual(utilities.toSorted((a, b) => b - a));
    const fever = questions.find(({ term }) => slugOf(term) === 'fiebre');
    expect(fever).toMatchObject({ way: 'ask', cost: COSTS.ask });
    // Fever: 0.1 in unstable angina (row 4), 0.9 in pneumonia (row 5).
    expect(fever?.separates).toEqual([5, 4]);
    expect(fever?.ifPresent.probability).toBeCloseTo(1 - (fever?.ifAbsent.probability ?? 0), 12);
    expect(fever?.ifAbsent.first).toBe(4);
  });

  it('names the emergency that an absence would rule out', async () => {
    const who = patient([finding('tos')], { age: 60, gender: 'M' });
    const weighed = weighQuestions(knowledge, who, await runParts(knowledge, who, models));
    const { questions } = await asked(who);

    for (const { term, drop, rulesOut } of questions) {
      const at = weighed.ahead.candidates.indexOf(term);
      expect(drop).toBe(weighed.gains.drop[at]);
      expect(rulesOut === null).toBe(drop === 0);
    }
  });

  it('conditions a narrower finding on the broader one that is known to be there', async () => {
    const cell = async (who: Patient) => {
      const { ahead } = weighQuestions(knowledge, who, await runParts(knowledge, who, models));
      const at = ahead.candidates.indexOf(termOf('dolor_pecho'));
      return ahead.present[at * ahead.prior.length + ahead.rows.indexOf(4)] as number;
    };
    // P(chest pain | unstable angina) = 0.9, P(pain | unstable angina) = 0.95; a hundredth of a patient with P = 0.1.
    expect(await cell(patient([finding('fiebre')]))).toBeCloseTo(0.901 / 1.01, 9);
    expect(await cell(patient([finding('dolor')]))).toBeCloseTo(0.901 / 0.96, 9);
  });

  it('never asks what was told, follows from it or is ruled out by it, nor two of which one implies the other', async () => {
    const told = fc.uniqueArray(
      fc.constantFrom('fiebre', 'dolor', 'dolor_pecho', 'tos', 'dificultad_respirar'),
      {
        minLength: 1,
      },
    );
    await fc.assert(
      fc.asyncProperty(told, fc.infiniteStream(fc.boolean()), async (slugs, present) => {
        const findings = slugs.map((slug) => finding(slug, { present: present.next().value === true }));
        const { questions } = await asked(patient(findings), 20);
        const implied = findings.flatMap((one) => (one.present ? closureOf(terms, one.term) : [one.term]));
        const denied = findings.filter((one) => !one.present).map(({ term }) => term);
        for (const { term, utility } of questions) {
          const above = closureOf(terms, term);
          expect(implied).not.toContain(term);
          expect(above.some((one) => denied.includes(one))).toBe(false);
          expect(utility).toBeGreaterThanOrEqual(LEAST_UTILITY);
          const others = questions.filter((other) => other.term !== term);
          expect(others.some((other) => above.includes(other.term))).toBe(false);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('asks nothing where everything is told, and promises no change', async () => {
    const all = bundle.vocabulary.terms.map((_, term) => finding(slugOf(term) ?? '', { present: false }));
    const { questions, answersToChange } = await asked(patient(all));

    expect(questions).toEqual([]);
    expect(answersToChange).toBeNull();
  });

  it('promises a change only where the look-ahead makes one', async () => {
    const who = patient([finding('dolor_pecho')], { age: 60, gender: 'M' });
    const { questions, answersToChange } = await asked(who);
    const first = weighQuestions(knowledge, who, await runParts(knowledge, who, models)).ahead.rows[0];
    const changing = questions.filter(({ ifPresent, ifAbsent }) =>
      [ifPresent, ifAbsent].some((after) => after.first !== first && after.probability >= 0.05),
    );

    expect(answersToChange === 1).toBe(changing.length > 0);
  });
});
