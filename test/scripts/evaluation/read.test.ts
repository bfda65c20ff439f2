import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WordRows } from '../../../scripts/evaluation/ddxplus.ts';
import { readCases } from '../../../scripts/evaluation/read.ts';

const good = { request: { symptoms: { fiebre: 5 } }, truth: { codes: ['I20.0'] } };
const packet = {
  id: 'a patient',
  phenotypicFeatures: [{ type: { id: 'HP:0001250' } }],
  diseases: [{ term: { id: 'OMIM:1' } }],
  metaData: {},
};
const rowJson = { age: 18, sex: 'M', ev: ['E_48'], init: 'E_48', y: 'GERD' };
const CSV = `AGE,DIFFERENTIAL_DIAGNOSIS,SEX,PATHOLOGY,EVIDENCES,INITIAL_EVIDENCE
18,"[['GERD', 1.0]]",M,GERD,"['E_48', 'E_50']",E_48
old,"[]",M,GERD,"['E_48']",E_48
30,"[]",F,Anemia,"['E_50']",E_50
`;

/** Words a row by naming how many evidences it has. */
const word: WordRows = (rows, state) =>
  rows.map(({ ev, y }) => ({ request: { state, findings: ev.length }, truth: { codes: [y] } }));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'centinela-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const read = (path: string) => readCases(path, '0.5', word);
const lines = (...values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join('\n');

describe('readCases', () => {
  it('reads our lines, plain and gzipped whatever the name, and keeps those that are no cases', () => {
    const text = `${lines(good)}\n\n${lines({ request: {} }, { truth: good.truth })}\nnot json\n`;
    for (const path of [file('cases.jsonl', text), file('zipped.jsonl', gzipSync(text))])
      expect(read(path)).toEqual([
        { file: path, line: 1, case: good },
        { file: path, line: 3, fault: expect.stringMatching(/^truth: /) },
        { file: path, line: 4, fault: 'request: is missing' },
        { file: path, line: 5, fault: 'is not JSON' },
      ]);
  });

  it('reads phenopackets as JSON lines', () => {
    const path = file('packets.jsonl', lines(packet, { ...packet, diseases: [] }));
    expect(read(path)).toMatchObject([
      { line: 1, case: { id: 'a patient', truth: { codes: ['OMIM:1'] } } },
      { line: 2, fault: expect.stringMatching(/^interpretations: /) },
    ]);
  });

  it('reads one phenopacket over many lines, and its paper from the file’s name', () => {
    const path = file('PMID_123456_1.json', JSON.stringify(packet, null, 2));
    expect(read(path)).toMatchObject([{ line: 1, case: { id: 'a patient', pmids: ['PMID:123456'] } }]);
  });

  it('reads a folder of phenopackets, cohort by cohort', () => {
    file('store/FBN1/PMID_111111_a.json', lines(packet));
    file('store/notebooks/TTN/phenopackets/PMID_222222_b.json.gz', gzipSync(lines(packet)));
    file('store/c.json', lines(packet));
    file('store/other.json', '{}');
    file('store/README.md', 'not read');
    expect(read(join(folder, 'store'))).toMatchObject([
      {
        file: join(folder, 'store/FBN1/PMID_111111_a.json'),
        case: { cohort: 'FBN1', pmids: ['PMID:111111'] },
      },
      { file: join(folder, 'store/c.json'), case: { id: 'a patient' } },
      {
        file: join(folder, 'store/notebooks/TTN/phenopackets/PMID_222222_b.json.gz'),
        case: { cohort: 'TTN' },
      },
      { file: join(folder, 'store/other.json'), fault: 'is not a phenopacket' },
    ]);
  });

  it('reads the released CSV of DDXPlus, in words, with the lines that are no rows', () => {
    const path = file('rows.csv', CSV);
    expect(read(path)).toEqual([
      {
        file: path,
        line: 2,
        case: { id: 'rows.csv:2', request: { state: '0.5', findings: 2 }, truth: { codes: ['GERD'] } },
      },
      { file: path, line: 3, fault: expect.stringMatching(/^AGE: /) },
      {
        file: path,
        line: 4,
        case: { id: 'rows.csv:4', request: { state: '0.5', findings: 1 }, truth: { codes: ['Anemia'] } },
      },
    ]);
  });

  it('reads DDXPlus rows as shipped here', () => {
    const path = file('patients.jsonl.gz', gzipSync(lines(rowJson, { ...rowJson, y: null })));
    expect(read(path)).toMatchObject([
      { line: 1, case: { truth: { codes: ['GERD'] } } },
      { line: 2, fault: expect.stringMatching(/^y: /) },
    ]);
  });

  it.each([
    ['missing.jsonl', undefined, 'missing.jsonl cannot be read'],
    ['empty.jsonl', '\n', 'empty.jsonl is empty'],
    ['array.json', '[{}]', 'is a JSON array'],
    ['archive.zip', 'PK\u0003\u0004', 'is a zip archive: unpack it'],
    ['other.jsonl', lines({ a: 1 }), 'holds neither cases'],
    ['quote.csv', `${CSV}"`, 'quote.csv: line 5: is not CSV'],
    ['prose.txt', 'A patient with fever.', 'holds neither cases'],
    ['bad.jsonl', lines({ request: {} }), 'bad.jsonl:1: truth: '],
    ['none/README.md', 'no packet', 'none holds no .json file'],
  ])('says what is wrong with %s', (name, content, message) => {
    const path = content === undefined ? join(folder, name) : file(name, content);
    expect(() => read(name.startsWith('none') ? join(folder, 'none') : path)).toThrow(message);
  });
});
