import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prepareLikelihood, score, stepsUp, summandsOf } from '../../lambdas/core/likelihood.ts';
import type { Finding } from '../../lambdas/core/types.ts';
import { bundle, termOf } from '../fixtures/bundle.ts';
import { finding } from '../fixtures/vocabulary.ts';

const { orphan, conditions, vocabulary } = bundle;
const likelihood = prepareLikelihood(orphan, vocabulary.terms, conditions.length);

const summand = (code: number, steps: number) =>
  Math.log(0.4 * Math.exp(-6 + 0.05 * code) * 0.35 ** steps + 0.6);
const UNRELATED = Math.log(0.6);

/** By the definition and nothing else: over all ancestors the best discounted ratio, over findings the sum. */
function byHand(findings: readonly Finding[], row: number): number {
  const present = findings.filter((one) => one.present).map(({ term }) => term);
  const isImplied = (term: number) =>
    present.some((other) => other !== term && stepsUp(vocabulary.terms, other).has(term));
  let sum = 0;
  for (const term of present.filter((one) => !isImplied(one))) {
    let best = 0;
    let scored = false;
    for (const [ancestor, steps] of stepsUp(vocabulary.terms, term)) {
      for (
        let at = orphan.profiles.offsets[ancestor] ?? 0;
        at < (orphan.profiles.offsets[ancestor + 1] ?? 0);
        at++
      ) {
        scored = true;
        if (orphan.profiles.rows[at] === row)
          best = Math.max(best, Math.exp(-6 + 0.05 * (orphan.profiles.codes[at] ?? 0)) * 0.35 ** steps);
      }
    }
    if (scored) sum += Math.log(0.4 * best + 0.6);
  }
  return sum;
}

const someFindings = fc
  .uniqueArray(fc.constantFrom(...vocabulary.terms.flatMap(({ slug }) => slug ?? [])), { maxLength: 8 })
  .map((slugs) => slugs.map((slug) => finding(slug)));

describe('stepsUp', () => {
  it('counts the fewest edges to every broader term, itself first', () => {
    const steps = [...stepsUp(vocabulary.terms, termOf('dolor_pecho'))];
    expect(steps[0]).toEqual([termOf('dolor_pecho'), 0]);
    expect(new Map(steps).get(termOf('dolor'))).toBe(1);
  });
});

describe('score', () => {
  it('takes the best ratio among the term and what it implies, discounted by the step', () => {
    const { byRow, queryTerms } = score(likelihood, [finding('dolor_pecho')]);
    expect(queryTerms).toBe(1);
    expect([...byRow].map((x) => x.toFixed(9))).toEqual(
      [summand(80, 1), summand(220, 0), summand(80, 1), summand(90, 1), summand(240, 0), summand(100, 1)].map(
        (x) => x.toFixed(9),
      ),
    );
  });

  it('leaves out a finding that a more specific one implies', () => {
    const alone = score(likelihood, [finding('dolor_pecho')]);
    expect(score(likelihood, [finding('dolor'), finding('dolor_pecho')])).toEqual(alone);
  });

  it('passes over absent findings and those without any scored term', () => {
    const findings = [finding('fiebre', { present: false }), finding('mayor_65')];
    expect(score(likelihood, findings)).toEqual({ byRow: new Float64Array(6), queryTerms: 0 });
  });

  it('charges an unrelated condition no more than the floor a finding', () => {
    expect(score(likelihood, [finding('fiebre')]).byRow[0]).toBeCloseTo(UNRELATED, 12);
  });

  it('equals the definition', () => {
    fc.assert(
      fc.property(someFindings, (findings) => {
        const { byRow } = score(likelihood, findings);
        byRow.forEach((value, row) => {
          expect(value).toBeCloseTo(byHand(findings, row), 9);
        });
      }),
    );
  });
});

describe('summandsOf', () => {
  it('adds up to the score of every row', () => {
    fc.assert(
      fc.property(someFindings, fc.nat({ max: conditions.length - 1 }), (findings, row) => {
        const total = [...summandsOf(likelihood, findings, row).values()].reduce((a, b) => a + b, 0);
        expect(total).toBeCloseTo(score(likelihood, findings).byRow[row] ?? Number.NaN, 9);
      }),
    );
  });
});
