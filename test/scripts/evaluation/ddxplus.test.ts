import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../scripts/evaluation/case.ts';
import {
  isDdxplus,
  isDdxplusHeader,
  parseCsv,
  parseDdxplus,
  parseDdxplusCells,
  wordInPython,
} from '../../../scripts/evaluation/ddxplus.ts';

const HEADER = ['AGE', 'DIFFERENTIAL_DIAGNOSIS', 'SEX', 'PATHOLOGY', 'EVIDENCES', 'INITIAL_EVIDENCE'];
const CELLS = ['18', "[['GERD', 0.2]]", 'M', 'GERD', "['E_48', 'E_54_@_V_161', 'E_56_@_4']", 'E_48'];
const row = { age: 18, sex: 'M', ev: ['E_48', 'E_54_@_V_161', 'E_56_@_4'], init: 'E_48', y: 'GERD' };

const changed = (column: string, value: string) => CELLS.with(HEADER.indexOf(column), value);

describe('parseDdxplusCells', () => {
  it('reads a row as released', () => {
    expect(parseDdxplusCells(HEADER, CELLS)).toEqual(row);
  });

  it('goes by the header’s names, not by the order', () => {
    expect(parseDdxplusCells(HEADER.toReversed(), CELLS.toReversed())).toEqual(row);
  });

  it.each([
    ['AGE', 'old'],
    ['AGE', ''],
    ['AGE', '130'],
    ['SEX', 'X'],
    ['PATHOLOGY', 'Gout'],
    ['EVIDENCES', 'E_48'],
    ['EVIDENCES', '[]'],
    ['EVIDENCES', "['fever']"],
    ['INITIAL_EVIDENCE', ''],
  ])('names the column %s where it holds %j', (column, value) => {
    expect(() => parseDdxplusCells(HEADER, changed(column, value))).toThrow(new RegExp(`^${column}: `));
  });

  it('names a missing column, and a row of other length', () => {
    expect(() => parseDdxplusCells(HEADER.with(0, 'YEARS'), CELLS)).toThrow('AGE: the column is missing');
    expect(() => parseDdxplusCells(HEADER, CELLS.slice(1))).toThrow('has 5 cells, not 6');
  });
});

describe('parseDdxplus', () => {
  it('reads a row as shipped here', () => {
    expect(isDdxplus({ ...row, dd: [], split: 'test' })).toBe(true);
    expect(parseDdxplus({ ...row, dd: [], split: 'test' })).toEqual(row);
  });

  it('refuses a row whose condition is lost', () => {
    expect(() => parseDdxplus({ ...row, y: null })).toThrow(/^y: /);
    expect(() => parseDdxplus({ ...row, y: null })).toThrow(Fault);
  });
});

describe('isDdxplusHeader', () => {
  it('knows the released header, with or without a byte order mark', () => {
    expect(isDdxplusHeader(HEADER.join(','))).toBe(true);
    expect(isDdxplusHeader(`\uFEFF${HEADER.join(',')}`)).toBe(true);
    expect(isDdxplusHeader('AGE,SEX')).toBe(false);
  });
});

describe('parseCsv', () => {
  it('reads quoted cells and counts lines, also within them', () => {
    expect(parseCsv('a,b\r\n"x, ""y""","two\nlines"\n\n1,\n')).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: ['x, "y"', 'two\nlines'] },
      { line: 5, cells: ['1', ''] },
    ]);
    expect(parseCsv('a,b')).toEqual([{ line: 1, cells: ['a', 'b'] }]);
    expect(parseCsv('')).toEqual([]);
  });

  it('refuses a quote that is never closed, by the line', () => {
    expect(() => parseCsv('a\n"b')).toThrow('line 2: is not CSV');
  });

  it('gives back what was written, whatever the cells', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r\n', "'", '[', ' ') });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }));
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), (rows, end) => {
        const text = rows.map((cells) => cells.map(quote).join(',') + end).join('');
        expect(parseCsv(text).map(({ cells }) => cells)).toEqual(rows);
      }),
    );
  });
});

describe('wordInPython', () => {
  it('tells the findings that the evidences mean, and no value that means "no"', () => {
    const angina = {
      age: 60,
      sex: 'M',
      ev: ['E_91', 'E_53', 'E_204_@_V_10'],
      init: 'E_91',
      y: 'Unstable angina',
    };
    expect(wordInPython([parseDdxplus(angina)], 'full')).toEqual([
      {
        request: { symptoms: { fiebre: 5, dolor: 5 }, age: 60, gender: 'M' },
        truth: { codes: ['ICD10:I20.0'], urgent: true },
      },
    ]);
  }, 60_000);
});
