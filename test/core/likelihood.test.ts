import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrphanSpec } from '../../lambdas/core/bundle.ts';
import {
  closureOf,
  impliedBy,
  prepareLikelihood,
  queryTerms,
  score,
  summandsOf,
} from '../../lambdas/core/likelihood.ts';
import type { Finding, Term } from '../../lambdas/core/types.ts';

// D lies below B and C, both below A; A and E below the root; LOCAL implies E.
const [ROOT, A, B, C, D, E, LOCAL] = [0, 1, 2, 3, 4, 5, 6] as const;
const UP: readonly (readonly number[])[] = [[], [ROOT], [A], [A], [B, C], [ROOT], [E]];
const terms = UP.map((up, i): Term => ({ id: `HP:${i}`, kind: 'phenotype', en: '', es: '', up }));

const MIN = -2;
const STEP = 0.02;
const WEIGHT = 0.6;
const FLOOR = 0.4;
const DISCOUNT = 0.15;
/** Only row 1 is made by published patients. */
const DISCOUNTED = Uint8Array.of(0, 1, 0);

/** Codes by term and row. */
type Table = Readonly<Record<number, Readonly<Record<number, number>>>>;
const TABLE: Table = {
  [A]: { 0: 120, 1: 60 },
  [B]: { 0: 155 },
  [D]: { 0: 190, 2: 210 },
  [E]: { 1: 135, 2: 0 },
};

function likelihoodOf(table: Table) {
  const offsets = new Uint32Array(terms.length + 1);
  const rows: number[] = [];
  const codes: number[] = [];
  for (const term of terms.keys()) {
    for (const [row, code] of Object.entries(table[term] ?? {})) {
      rows.push(Number(row));
      codes.push(code);
    }
    offsets[term + 1] = rows.length;
  }
  const orphan: OrphanSpec = {
    profiles: { offsets, rows: Uint16Array.from(rows), codes: Uint8Array.from(codes) },
    floor: FLOOR,
    weight: WEIGHT,
    discounted: DISCOUNTED,
    patientDiscount: DISCOUNT,
    ratioMin: MIN,
    ratioStep: STEP,
    blend: { netWeight: 0, prevalenceWeight: 0, unlikely: 0, scales: [] },
    facts: { decades: new Float64Array(), xRecessive: new Uint8Array() },
    typical: { offsets: new Uint32Array(1), terms: new Uint16Array(), percents: new Uint8Array() },
    published: [],
  };
  return prepareLikelihood(orphan, terms, DISCOUNTED.length, DISCOUNTED);
}

const likelihood = likelihoodOf(TABLE);
const ratio = (code: number) => Math.exp(MIN + STEP * code);
const finding = (term: number, present = true): Finding => ({ id: `HP:${term}`, term, present });
const queried = (...present: number[]) =>
  queryTerms(
    likelihood,
    present.map((term) => finding(term)),
  );

/** By the definition and nothing else: over findings the sum, over all that a finding implies the sum of the ratios. */
function byHand(table: Table, query: readonly number[], row: number): number {
  let total = 0;
  for (const term of query) {
    let sum = 0;
    for (const above of closureOf(terms, term)) {
      const code = table[above]?.[row];
      if (code !== undefined) sum += ratio(code);
    }
    total += Math.log(WEIGHT * sum + FLOOR) - DISCOUNT * (DISCOUNTED[row] ?? 0);
  }
  return total;
}

const someTable = fc.dictionary(
  fc.constantFrom(...[A, B, C, D, E].map(String)),
  fc.dictionary(fc.constantFrom('0', '1', '2'), fc.nat(255)),
) as fc.Arbitrary<Table>;
const someTerms = fc.uniqueArray(fc.nat(LOCAL), { maxLength: 5 });

describe('closureOf', () => {
  it('is the term, first, and all that it implies', () => {
    const closure = [...closureOf(terms, D)];
    expect(closure[0]).toBe(D);
    expect(closure.sort()).toEqual([ROOT, A, B, C, D]);
  });
});

describe('impliedBy', () => {
  it('names the scored ones alone, ascending', () => {
    expect(impliedBy(likelihood, D)).toEqual([A, B, D]);
    expect(impliedBy(likelihood, LOCAL)).toEqual([E]);
    expect(impliedBy(likelihood, ROOT)).toEqual([]);
  });
});

describe('queryTerms', () => {
  it('leaves out a finding that a more specific one implies', () => {
    expect(queried(A, D, B)).toEqual([D]);
    expect(queried(E, LOCAL)).toEqual([LOCAL]);
  });

  it('keeps the patient’s order', () => {
    expect(queried(E, C, B)).toEqual([E, C, B]);
  });

  it('passes over absent findings and those without any scored term', () => {
    expect(queryTerms(likelihood, [finding(D, false), finding(ROOT), finding(E)])).toEqual([E]);
  });
});

describe('score', () => {
  it('takes the logarithm of the sum of the ratios that a finding implies', () => {
    const { byRow, queryTerms } = score(likelihood, [D]);
    expect(queryTerms).toBe(1);
    expect(byRow[0]).toBeCloseTo(Math.log(0.6 * (ratio(190) + ratio(155) + ratio(120)) + 0.4), 12);
    expect(byRow[2]).toBeCloseTo(Math.log(0.6 * ratio(210) + 0.4), 12);
  });

  it('charges a row that published patients made for each finding', () => {
    expect(score(likelihood, [D, E]).byRow[1]).toBeCloseTo(
      Math.log(0.6 * ratio(60) + 0.4) + Math.log(0.6 * ratio(135) + 0.4) - 2 * 0.15,
      12,
    );
  });

  it('charges an unrelated row no more than the floor a finding', () => {
    expect(score(likelihood, [E, LOCAL]).byRow[0]).toBeCloseTo(2 * Math.log(0.4), 12);
  });

  it('is nought where nothing is asked', () => {
    expect(score(likelihood, [])).toEqual({ byRow: new Float64Array(3), queryTerms: 0 });
  });

  it('equals the definition', () => {
    fc.assert(
      fc.property(someTable, someTerms, (table, query) => {
        const { byRow } = score(likelihoodOf(table), query);
        byRow.forEach((value, row) => {
          expect(value).toBeCloseTo(byHand(table, query, row), 9);
        });
      }),
    );
  });
});

describe('summandsOf', () => {
  it('adds up to the score of every row, a summand a finding', () => {
    fc.assert(
      fc.property(someTable, someTerms, fc.nat(2), (table, query, row) => {
        const made = likelihoodOf(table);
        const summands = summandsOf(made, query, row);
        const total = [...summands.values()].reduce((a, b) => a + b, 0);
        expect([...summands.keys()]).toEqual(query);
        expect(total).toBeCloseTo(score(made, query).byRow[row] ?? Number.NaN, 9);
      }),
    );
  });
});
