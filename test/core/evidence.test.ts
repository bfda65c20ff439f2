import { describe, expect, it } from 'vitest';
import { findingsRead, informationContent, readEvidence } from '../../lambdas/core/evidence.ts';
import { bundle, termOf } from '../fixtures/bundle.ts';
import { finding } from '../fixtures/vocabulary.ts';

const { terms } = bundle.vocabulary;
const content = informationContent(bundle.orphan.profiles, 6, terms);

describe('informationContent', () => {
  it('is the less, the more profiles have the term', () => {
    // In the fixture two of six profiles have fever, three breathlessness, all pain.
    expect(content[termOf('fiebre')]).toBeCloseTo(Math.log(3), 12);
    expect(content[termOf('dificultad_respirar')]).toBeCloseTo(Math.log(2), 12);
    expect(content[termOf('dolor')]).toBe(0);
  });

  it('is never less than that of a broader term', () => {
    terms.forEach(({ up = [] }, term) => {
      for (const broader of up) expect(content[term]).toBeGreaterThanOrEqual(content[broader] ?? 0);
    });
  });
});

describe('readEvidence', () => {
  it('counts what is told, read and scored', () => {
    const findings = [
      finding('fiebre'),
      finding('dificultad_respirar'),
      finding('dolor', { present: false }),
    ];
    const query = [termOf('fiebre'), termOf('dificultad_respirar')];

    const evidence = readEvidence(content, { weight: 0.4, floor: 0.6 }, terms, findings, query, {
      known: 1,
      coverage: [0.2, 0.5],
    });

    expect(evidence).toMatchObject({
      present: 2,
      denied: 1,
      readable: 2,
      known: 1,
      scored: 2,
      coverage: 0.5,
    });
    expect(evidence.icMean).toBeCloseTo((Math.log(3) + Math.log(2)) / 2, 12);
    expect(evidence.icMax).toBeCloseTo(Math.log(3), 12);
    expect(evidence.attainable).toBeCloseTo(Math.log(0.4 * 3 + 0.6) + Math.log(0.4 * 2 + 0.6), 12);
  });

  it('is nought of nobody', () => {
    expect(readEvidence(content, bundle.orphan, terms, [], [], { known: 0, coverage: [] })).toEqual({
      present: 0,
      denied: 0,
      readable: 0,
      known: 0,
      scored: 0,
      icMean: 0,
      icMax: 0,
      attainable: 0,
      coverage: 0,
    });
  });
});

describe('findingsRead', () => {
  it('is what the layer that reads most of them reads', () => {
    const evidence = readEvidence(content, bundle.orphan, terms, [finding('fiebre')], [], {
      known: 0,
      coverage: [],
    });
    expect(findingsRead(evidence)).toBe(1);
    expect(findingsRead({ ...evidence, scored: 4 })).toBe(4);
    expect(findingsRead({ ...evidence, known: 3 })).toBe(3);
  });
});
