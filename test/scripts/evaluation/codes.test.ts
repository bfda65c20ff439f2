import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  indexCodes,
  normaliseCode,
  normalisePmid,
  pmidsOf,
  readMondo,
  rowsOf,
} from '../../../scripts/evaluation/codes.ts';

describe('normaliseCode', () => {
  it.each([
    ['Orphanet:558', 'ORPHA:558'],
    ['ORPHANET:558', 'ORPHA:558'],
    ['Orphanet_558', 'ORPHA:558'],
    ['orpha:558', 'ORPHA:558'],
    ['ORPHA558', 'ORPHA:558'],
    ['MIM:154700', 'OMIM:154700'],
    ['omim:154700', 'OMIM:154700'],
    ['decipher:18', 'DECIPHER:18'],
    ['mondo:0007947', 'MONDO:0007947'],
    ['MONDO_0007947', 'MONDO:0007947'],
    ['doid:14323', 'DOID:14323'],
    ['MeSH:D008382', 'MESH:D008382'],
    ['MSH:d008382', 'MESH:D008382'],
    ['MESH:C536783', 'MESH:C536783'],
    ['ICD10:I21.9', 'I219'],
    ['ICD10CM:I21.9', 'I219'],
    ['ICD-10-CM:i21.9', 'I219'],
    ['ICD10WHO:I21.9', 'I219'],
    ['I21.9', 'I219'],
  ])('%s -> %s', (code, expected) => {
    expect(normaliseCode(code)).toBe(expected);
  });

  it('leaves what is normalised as it is', () => {
    const code = fc.oneof(
      fc
        .tuple(fc.constantFrom('Orphanet', 'MIM', 'DOID', 'mondo', 'DECIPHER'), fc.nat())
        .map((it) => it.join(':')),
      fc.stringMatching(/^[A-Z]\d{2}(\.\d{1,3})?$/),
    );
    fc.assert(
      fc.property(code, (it) => {
        expect(normaliseCode(normaliseCode(it))).toBe(normaliseCode(it));
      }),
    );
  });
});

describe('normalisePmid', () => {
  it.each([['PMID:15266616'], ['pmid: 15266616'], ['PMID_15266616'], ['15266616'], [15266616]])(
    '%s',
    (pmid) => {
      expect(normalisePmid(pmid)).toBe(15266616);
    },
  );
});

describe('pmidsOf', () => {
  it('leaves out what is no PMID', () => {
    expect(pmidsOf({ pmids: ['PMID:12', 'doi:10.1000/1', 11] })).toEqual([12, 11]);
    expect(pmidsOf({})).toEqual([]);
  });
});

describe('indexCodes', () => {
  const conditions = [
    { code: 'ORPHA:1', codes: ['ORPHA:1', 'OMIM:100'] },
    { code: 'J18.9', codes: ['J18.9', 'DOID:552', 'MESH:D011014', 'MONDO:0000001'] },
    { code: 'OMIM:200', codes: ['OMIM:200'] },
  ];

  it('finds a condition by any of its codes, of any layer', () => {
    const index = indexCodes(conditions);
    expect(rowsOf(index, ['MSH:D011014'])).toEqual([1]);
    expect(rowsOf(index, ['ICD10CM:J18.9', 'DOID:552'])).toEqual([1]);
    expect(rowsOf(index, ['MIM:100', 'Orphanet:1', 'OMIM:200'])).toEqual([0, 2]);
    expect(rowsOf(index, ['ORPHA:999'])).toEqual([]);
  });

  it('takes Mondo’s matches only for the ids that no condition carries itself', () => {
    const index = indexCodes(
      conditions,
      new Map([
        ['MONDO:0000001', ['OMIM:200']],
        ['MONDO:0000002', ['OMIM:100', 'ORPHA:1']],
        ['MONDO:0000003', ['OMIM:999']],
      ]),
    );
    expect(rowsOf(index, ['MONDO:0000001'])).toEqual([1]);
    expect(rowsOf(index, ['MONDO:0000002'])).toEqual([0]);
    expect(rowsOf(index, ['MONDO:0000003'])).toEqual([]);
  });
});

describe('readMondo', () => {
  const mondo = readMondo();

  it('has the exact matches of Marfan syndrome', () => {
    expect(mondo.get('MONDO:0007947')).toEqual(expect.arrayContaining(['OMIM:154700', 'ORPHA:558']));
  });

  it('gives no ICD-10 code to two diseases, and no range to any', () => {
    const icd10 = [...mondo.values()].flat().filter((code) => !code.includes(':'));
    expect(icd10.length).toBeGreaterThan(500);
    expect(new Set(icd10).size).toBe(icd10.length);
    expect(icd10.filter((code) => code.includes('-'))).toEqual([]);
  });
});
