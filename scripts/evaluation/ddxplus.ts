/** DDXPlus rows (Fansi Tchango et al., NeurIPS 2022; synthetic): the released CSV, and the JSON lines shipped here. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { conditions } from '../../lambdas/adapters/clinical.ts';
import { linesFromPython } from '../python.ts';
import { type Case, Fault, parseAs, parseCase } from './case.ts';

/** How much of a patient is told: the initial complaint, a share of the findings, or all of them. */
export const STATES = ['initial', '0.3', '0.5', 'full'] as const;
export type State = (typeof STATES)[number];

const EVIDENCE = /^E_\d+(?:_@_(?:V_)?\d+)?$/;
const names: ReadonlySet<string> = new Set(conditions.conditions.map(({ ddxplus_name }) => ddxplus_name));

const evidence = z.string().regex(EVIDENCE, 'is not an evidence such as E_91 or E_55_@_V_29');

const rowSchema = z.object({
  age: z.number().min(0).max(120),
  sex: z.enum(['M', 'F']),
  ev: z.array(evidence).min(1),
  init: evidence,
  y: z.string().refine((name) => names.has(name), 'is not the name of a DDXPlus condition'),
});

/** A patient in DDXPlus's own codes. */
export type DdxplusRow = z.infer<typeof rowSchema>;

/** Whether an object is a row as shipped here. */
export const isDdxplus = (value: object): boolean => 'ev' in value && 'init' in value;

/** @throws Fault */
export const parseDdxplus = (value: unknown): DdxplusRow => parseAs(rowSchema, value);

/** The released columns, and the fields that they are here. */
const COLUMNS = {
  AGE: 'age',
  SEX: 'sex',
  EVIDENCES: 'ev',
  INITIAL_EVIDENCE: 'init',
  PATHOLOGY: 'y',
} as const satisfies Record<string, keyof DdxplusRow>;

/** Whether a line is the header of the released CSV. */
export function isDdxplusHeader(line: string): boolean {
  const cells = line.replace(/^\uFEFF/, '').split(',');
  return cells.includes('PATHOLOGY') && cells.includes('EVIDENCES');
}

/**
 * One row of the released CSV, by the header's names.
 *
 * @throws Fault naming the column.
 */
export function parseDdxplusCells(header: readonly string[], cells: readonly string[]): DdxplusRow {
  if (cells.length !== header.length) throw new Fault('', `has ${cells.length} cells, not ${header.length}`);
  const cell = (column: keyof typeof COLUMNS): string => {
    const at = header.indexOf(column);
    if (at < 0) throw new Fault(column, 'the column is missing');
    return cells[at] ?? '';
  };
  const parsed = rowSchema.safeParse({
    age: cell('AGE').trim() === '' ? undefined : Number(cell('AGE')),
    sex: cell('SEX'),
    ev: pythonList(cell('EVIDENCES')),
    init: cell('INITIAL_EVIDENCE'),
    y: cell('PATHOLOGY'),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const column = Object.entries(COLUMNS).find(([, field]) => field === issue?.path[0])?.[0] ?? '';
  throw new Fault(column, issue?.message ?? 'is not as it should be');
}

/** `['E_48', 'E_50']` as Python writes it; undefined where it is not that. */
function pythonList(text: string): string[] | undefined {
  if (!/^\[\s*(?:(?:'[^']*'|"[^"]*")\s*(?:,\s*(?:'[^']*'|"[^"]*")\s*)*)?\]$/.test(text.trim())) return;
  return [...text.matchAll(/'([^']*)'|"([^"]*)"/g)].map((match) => match[1] ?? match[2] ?? '');
}

/**
 * Rows of a CSV text (RFC 4180) with the line that each begins on, from 1. Blank lines are passed over.
 *
 * @throws Fault where a quote is never closed.
 */
export function parseCsv(text: string): { line: number; cells: string[] }[] {
  const rows: { line: number; cells: string[] }[] = [];
  let line = 1;
  let row = { line, cells: [] as string[] };
  const cell = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  cell.lastIndex = text.startsWith('\uFEFF') ? 1 : 0;
  while (cell.lastIndex < text.length || row.cells.length > 0) {
    const match = cell.exec(text);
    if (match === null) throw new Fault(`line ${row.line}`, 'is not CSV: a quote stands alone');
    const [, quoted, plain = '', end = ''] = match;
    row.cells.push(quoted?.replaceAll('""', '"') ?? plain);
    line += (quoted?.match(/\n/g)?.length ?? 0) + Number(end.includes('\n'));
    if (end === ',') continue;
    if (row.cells.length > 1 || row.cells[0] !== '') rows.push(row);
    row = { line, cells: [] };
  }
  return rows;
}

/** The row in words: a case for each, in order, with its findings as a doctor would name them. */
export type WordRows = (rows: readonly DdxplusRow[], state: State) => Case[];

/** Worded by the training's own code, which knows the finding of each evidence and which values mean "no". */
export const wordInPython: WordRows = (rows, state) => {
  const asked = (folder: string) => {
    const given = join(folder, 'rows.jsonl');
    writeFileSync(given, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    return ['--ddxplus', given, '--state', state];
  };
  const lines = linesFromPython('cases', asked, 'the DDXPlus rows could not be put into findings');
  return lines.map((line) => parseCase(JSON.parse(line)));
};
