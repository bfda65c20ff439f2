import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toModel } from '../../lambdas/adapters/model.ts';
import { calibrate } from '../../lambdas/core/differential.ts';
import { type ConditionExplanation, type Effects, explain } from '../../lambdas/core/explanation.ts';
import { encode, informativeFindings } from '../../lambdas/core/features.ts';
import { queryTerms, score } from '../../lambdas/core/likelihood.ts';
import type { Models } from '../../lambdas/core/parts.ts';
import type { Patient } from '../../lambdas/core/types.ts';
import { bundle, countedModels, models } from '../fixtures/bundle.ts';
import { finding, patient } from '../fixtures/vocabulary.ts';

const { terms } = bundle.vocabulary;
const { knowledge } = toModel(bundle, models);
const { likelihood } = knowledge;
/** Orphan conditions A, B, C; trained URTI, unstable angina, pneumonia; from texts appendicitis, asthenopia. */
const ALL = bundle.conditions.map((condition, row) => ({ row, condition, probability: 0 }));

const explained = (who: Patient, run: Models = models) => explain(knowledge, who, ALL, run);
async function ofRow(who: Patient, row: number): Promise<ConditionExplanation> {
  return (await explained(who)).conditions[row] as ConditionExplanation;
}
const total = ({ findings, age, sex }: Effects) =>
  [...findings.values(), age, sex].reduce((a, b) => a + b, 0);
async function served(who: Patient): Promise<Float64Array> {
  const stacked = await models.common(encode(bundle.features, terms, who).row, 1);
  return calibrate(bundle.common, stacked, informativeFindings(terms, who.findings));
}

const SLUGS = ['fiebre', 'dolor_pecho', 'dolor', 'obstipacion', 'dificultad_respirar', 'tos'] as const;
const anybody = fc
  .record({
    slugs: fc.uniqueArray(fc.record({ slug: fc.constantFrom(...SLUGS), present: fc.boolean() }), {
      selector: ({ slug }) => slug,
    }),
    age: fc.double({ min: 0, max: 120, noNaN: true }),
    gender: fc.constantFrom('F', 'M', 'O'),
  })
  .map(({ slugs, age, gender }) =>
    patient(
      slugs.map(({ slug, present }) => finding(slug, { present })),
      { age, gender },
    ),
  );

describe('explain', () => {
  it('leads from nothing known to what is served, for trained conditions and the urgent ones together', async () => {
    await fc.assert(
      fc.asyncProperty(anybody, async (who) => {
        const { conditions, urgency } = await explained(who);
        const p = await served(who);
        const nobody = await served(patient([], { age: bundle.features.referenceAge, gender: 'O' }));
        for (const c of [0, 1, 2]) {
          const { effects, method, exact } = conditions[3 + c] as ConditionExplanation;
          expect({ method, exact }).toEqual({ method: 'shapley', exact: true });
          expect(effects.value).toBeCloseTo(p[c] ?? Number.NaN, 12);
          expect(effects.baseline).toBeCloseTo(nobody[c] ?? Number.NaN, 12);
          expect(total(effects)).toBeCloseTo((p[c] ?? 0) - (nobody[c] ?? 0), 9);
        }
        expect(urgency.value).toBeCloseTo((p[1] ?? 0) + (p[2] ?? 0), 9);
        expect(total(urgency)).toBeCloseTo(urgency.value - urgency.baseline, 9);
      }),
      { numRuns: 50 },
    );
  });

  it('does not depend on the order of the findings', async () => {
    await fc.assert(
      fc.asyncProperty(anybody, async (who) => {
        const turned = { ...who, findings: who.findings.toReversed() };
        const [there, back] = [await explained(who), await explained(turned)];
        for (const row of ALL.keys())
          for (const one of who.findings)
            expect(back.conditions[row]?.effects.findings.get(one)).toBeCloseTo(
              there.conditions[row]?.effects.findings.get(one) ?? Number.NaN,
              9,
            );
      }),
      { numRuns: 30 },
    );
  });

  it('gives nothing to findings, sex and age that tell a trained condition nothing', async () => {
    const strange = finding('moscas_volantes');
    const { effects } = await ofRow(patient([finding('fiebre'), strange], { age: 37, gender: 'O' }), 3);

    expect(effects.findings.get(strange)).toBe(0);
    expect(effects).toMatchObject({ age: 0, sex: 0 });
    expect(effects.findings.get(finding('fiebre')) ?? total(effects)).toBeGreaterThan(0);
  });

  it('counts a finding that only adds to the evidence, for the temperature is of that evidence', async () => {
    // Pain switches on an item that the arithmetic members do not read.
    const pain = finding('dolor');
    const { effects } = await ofRow(patient([finding('fiebre'), pain], { age: 37, gender: 'O' }), 3);
    expect(effects.findings.get(pain)).not.toBe(0);
  });

  it('runs each distinct row once, in one batch', async () => {
    const { run, batches } = countedModels();
    // Chest pain implies pain: with it, pain changes no row.
    const who = patient([finding('dolor_pecho'), finding('dolor'), finding('moscas_volantes')], {
      age: 37,
      gender: 'M',
    });
    await explained(who, run);
    expect(batches).toEqual([6]);
  });

  it('samples above ten items, says so, and still adds up, the same every time', async () => {
    const wide = {
      ...bundle,
      vocabulary: {
        ...bundle.vocabulary,
        terms: terms.map((term, i) => (i < 12 ? { ...term, on: [i % 5], off: [i % 5], up: [] } : term)),
      },
    };
    const model = toModel(wide, models).knowledge;
    const who: Patient = {
      ...patient([], { age: 60, gender: 'F' }),
      findings: terms.slice(0, 12).map(({ id }, term) => ({ id, term, present: term % 3 > 0 })),
    };
    const first = await explain(model, who, ALL, models);
    const { effects, exact } = first.conditions[4] as ConditionExplanation;

    expect(exact).toBe(false);
    expect(first.urgency.exact).toBe(false);
    expect(total(effects)).toBeCloseTo((effects.value ?? 0) - (effects.baseline ?? 0), 9);
    expect(await explain(model, who, ALL, models)).toEqual(first);
    const turned = await explain(model, { ...who, findings: who.findings.toReversed() }, ALL, models);
    expect(turned.urgency.value).toBeCloseTo(first.urgency.value, 9);
  });

  it('of an orphan condition adds up to its likelihood-ratio score, without age and sex', async () => {
    await fc.assert(
      fc.asyncProperty(anybody, fc.nat({ max: 2 }), async (who, row) => {
        const { effects, method } = await ofRow(who, row);
        const { byRow } = score(likelihood, queryTerms(likelihood, who.findings));
        expect(method).toBe('likelihood_ratio');
        expect(total(effects)).toBeCloseTo(byRow[row] ?? Number.NaN, 9);
        expect(effects).toMatchObject({ age: 0, sex: 0 });
      }),
      { numRuns: 50 },
    );
  });

  it('of a condition known from texts says what each finding adds to its score', async () => {
    const [pain, cough] = [finding('dolor'), finding('tos')];
    const { effects, method } = await ofRow(patient([pain, cough]), 6);

    expect(method).toBe('profile_features');
    expect(effects.findings.get(pain)).toBeGreaterThan(0);
    expect(effects.findings.get(cough)).toBeLessThan(0);
  });

  it('names every finding in the patient’s order, whatever the method', async () => {
    const who = patient([
      finding('moscas_volantes'),
      finding('fiebre', { present: false }),
      finding('dolor'),
    ]);
    for (const { effects } of (await explained(who)).conditions)
      expect([...effects.findings.keys()]).toEqual(who.findings);
  });
});
