import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prepareLikelihood, queryTerms, score } from '../../../lambdas/core/likelihood.ts';
import { likelihoodOf, ownProfile, type Profile, parseOverlay } from '../../../scripts/evaluation/overlay.ts';
import { bundle } from '../../fixtures/bundle.ts';
import { finding } from '../../fixtures/vocabulary.ts';

const { orphan, vocabulary, orphanCount, trainedCount } = bundle;
const { profiles } = orphan;
const rowCount = orphanCount + trainedCount;
const likelihood = prepareLikelihood(orphan, vocabulary.terms, rowCount, orphan.discounted);
/** What some row is scored by: an overlay knows no other term, for the background has none. */
const scoredTerms = vocabulary.terms.flatMap((_, term) =>
  (profiles.offsets[term + 1] ?? 0) > (profiles.offsets[term] ?? 0) ? term : [],
);

/** The bundle with one row's profile replaced, rebuilt entry by entry. */
function rebuilt({ row, terms, codes, discounted }: Profile) {
  const offsets = new Uint32Array(profiles.offsets.length);
  const entries: [row: number, code: number][] = [];
  for (let term = 0; term + 1 < offsets.length; term++) {
    const here: [number, number][] = [];
    for (let at = profiles.offsets[term] ?? 0; at < (profiles.offsets[term + 1] ?? 0); at++)
      if (profiles.rows[at] !== row) here.push([profiles.rows[at] ?? 0, profiles.codes[at] ?? 0]);
    const own = terms.indexOf(term);
    if (own >= 0) here.push([row, codes[own] ?? 0]);
    entries.push(...here.sort(([a], [b]) => a - b));
    offsets[term + 1] = entries.length;
  }
  const rows = Uint16Array.from(entries, ([at]) => at);
  const changed = { offsets, rows, codes: Uint8Array.from(entries, ([, code]) => code) };
  const isDiscounted = orphan.discounted.with(row, Number(discounted));
  return prepareLikelihood({ ...orphan, profiles: changed }, vocabulary.terms, rowCount, isDiscounted);
}

const slugs = fc.uniqueArray(
  fc.constantFrom('fiebre', 'dolor', 'dolor_pecho', 'dificultad_respirar', 'tos', 'mareo'),
);
const someProfile = fc
  .record({
    row: fc.nat({ max: orphanCount - 1 }),
    terms: fc.uniqueArray(fc.constantFrom(...scoredTerms)).map((terms) => terms.toSorted((a, b) => a - b)),
    code: fc.nat({ max: 255 }),
    discounted: fc.boolean(),
  })
  .map(({ code, ...profile }) => ({ ...profile, codes: profile.terms.map((term) => (code + term) % 256) }));

describe('likelihoodOf', () => {
  it('scores profiles as a bundle rebuilt with each of them does', () => {
    fc.assert(
      fc.property(slugs, fc.array(someProfile), (names, changed) => {
        const query = queryTerms(
          likelihood,
          names.map((slug) => finding(slug)),
        );
        const { byRow } = score(likelihoodOf(likelihood, changed), query);
        for (const [i, profile] of changed.entries())
          expect(byRow[i]).toBeCloseTo(score(rebuilt(profile), query).byRow[profile.row] ?? Number.NaN, 12);
      }),
    );
  });

  it('takes every finding as unrelated to a disease of which nothing is left', () => {
    const query = queryTerms(likelihood, [finding('dolor_pecho'), finding('fiebre')]);
    const nothing = { row: 0, terms: [], codes: [], discounted: false };
    const { byRow } = score(likelihoodOf(likelihood, [nothing]), query);
    expect([...byRow]).toEqual([2 * Math.log(orphan.floor)]);
  });
});

describe('ownProfile', () => {
  it('is the row as the bundle has it: scored alone it gets the bundle’s own score', () => {
    const rows = [...Array(orphanCount).keys()];
    const own = rows.map((row) => ownProfile(likelihood, row));
    const query = queryTerms(
      likelihood,
      ['dolor_pecho', 'dificultad_respirar'].map((slug) => finding(slug)),
    );
    const expected = score(likelihood, query).byRow.subarray(0, orphanCount);
    expect([...score(likelihoodOf(likelihood, own), query).byRow]).toEqual([...expected]);
    expect(own.map(({ discounted }) => discounted)).toEqual([false, true, false]);
  });
});

describe('parseOverlay', () => {
  const row = { row: 0, terms: [1, 5], codes: [0, 255], discounted: true };
  const header = (rows: unknown = [row]) =>
    JSON.stringify({ new: [{ code: 'OMIM:9', codes: ['OMIM:9'] }], rows });
  const line = (id: string, rows: unknown = [row]) => JSON.stringify({ id, rows });

  it('reads the new diseases, the rows of all and those of each case', () => {
    expect(parseOverlay([header(), line('a'), line('b', [])], ['a', 'b'])).toEqual({
      added: [{ code: 'OMIM:9', codes: ['OMIM:9'] }],
      rows: [row],
      changes: [[row], []],
    });
  });

  it.each([
    [header(), line('a'), ['a', 'b'], 'overlay of 1 cases, not of 2'],
    [header(), line('b'), ['a'], 'overlay of the case b, not of a'],
    [header(), line('a', [{ ...row, codes: [] }]), ['a'], 'case a: row 0 has not one code a term'],
    [header([{ ...row, codes: [1] }]), line('a'), ['a'], 'overlay: row 0 has not one code a term'],
    [header(), line('a', [{ ...row, codes: [256] }]), ['a'], 'codes'],
  ])('refuses %s %s for the cases %j', (first, second, ids, message) => {
    expect(() => parseOverlay([first, second], ids)).toThrow(message);
  });
});
