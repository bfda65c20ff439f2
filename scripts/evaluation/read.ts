/** Reads cases, whatever form they come in: the form is told by the content. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Case, type CaseLine, Fault, type Place, parseCase } from './case.ts';
import {
  type DdxplusRow,
  isDdxplus,
  isDdxplusHeader,
  parseCsv,
  parseDdxplus,
  parseDdxplusCells,
  type State,
  type WordRows,
} from './ddxplus.ts';
import { isPhenopacket, parsePhenopacket } from './phenopacket.ts';

/** What a place of the input held, before DDXPlus rows are put into words. */
type Entry = Place & ({ readonly case: Case } | { readonly row: DdxplusRow } | { readonly fault: string });

type Content = { readonly case: Case } | { readonly row: DdxplusRow };

/** How one object of a form is read. @throws Fault */
type Reader = (value: unknown) => Content;

/**
 * The cases of a file or a folder: our JSON lines, GA4GH phenopackets v2 (a folder of them, one, or JSON lines), or
 * DDXPlus rows (the released CSV or JSON lines); files may be gzipped.
 *
 * @param word puts DDXPlus rows into findings, told as far as `state` says.
 * @throws Error where the path cannot be read or its form is none of them, or where not one case is in it.
 */
export function readCases(path: string, state: State, word: WordRows): CaseLine[] {
  const entries = isFolder(path) ? readFolder(path) : readFile(path);
  const rows = entries.flatMap((entry) => ('row' in entry ? entry.row : []));
  const worded = rows.length > 0 ? word(rows, state).values() : [].values();
  const cases = entries.map((entry): CaseLine => {
    if (!('row' in entry)) return entry;
    const { file, line } = entry;
    const { value } = worded.next();
    if (value === undefined) throw new Error(`${file}:${line}: the row was not put into words`);
    return { file, line, case: { id: `${basename(file)}:${line}`, ...value } };
  });
  const [first] = cases;
  if (first === undefined) throw new Error(`${path} is empty`);
  if (cases.every((entry) => 'fault' in entry) && 'fault' in first)
    throw new Error(`${path}: no case can be read; ${first.file}:${first.line}: ${first.fault}`);
  return cases;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    throw new Error(`${path} cannot be read`);
  }
}

/** Every phenopacket below the folder; the folder that holds it is its cohort. */
function readFolder(folder: string): Entry[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.json(?:\.gz)?$/.test(name))
    .sort();
  if (files.length === 0) throw new Error(`${folder} holds no .json file`);
  return files.map((name) => {
    const file = join(folder, name);
    const value = jsonOf(textOf(file));
    const place = { file, line: 1 };
    if (value === undefined) return { ...place, fault: 'is not JSON' };
    if (!isObject(value) || !isPhenopacket(value)) return { ...place, fault: 'is not a phenopacket' };
    return {
      ...place,
      ...attempt(() => ({ case: parsePhenopacket(value, stem(name), cohortOf(folder, file)) })),
    };
  });
}

/** The Phenopacket Store keeps a cohort's files in COHORT/ or COHORT/phenopackets/. */
function cohortOf(folder: string, file: string): string | undefined {
  const above = relative(folder, dirname(file)).split(sep);
  return above.filter((name) => name !== '' && name !== 'phenopackets').at(-1);
}

const stem = (file: string): string => basename(file).replace(/\.json(?:l)?(?:\.gz)?$/, '');

function readFile(file: string): Entry[] {
  const text = textOf(file);
  if (isDdxplusHeader(text.slice(0, text.search(/\r?\n|$/)))) return readCsv(file, text);
  const whole = jsonOf(text);
  if (Array.isArray(whole)) throw new Error(`${file} is a JSON array: write one object a line`);
  const lines =
    whole === undefined
      ? text
          .split('\n')
          .map((content, i) => ({ line: i + 1, content, value: jsonOf(content) }))
          .filter(({ content }) => content.trim() !== '')
      : [{ line: 1, value: whole }];
  if (lines.length === 0) return [];
  const own = whole === undefined ? '' : stem(file);
  const read = readerOf(
    file,
    own,
    lines.map(({ value }) => value),
  );
  return lines.map(({ line, value }) => ({
    file,
    line,
    ...(value === undefined ? { fault: 'is not JSON' } : attempt(() => read(value))),
  }));
}

/** By the first object whose fields tell. `own`: the name of the file, where it holds one object. */
function readerOf(file: string, own: string, values: readonly unknown[]): Reader {
  for (const value of values.filter(isObject)) {
    if ('request' in value || 'truth' in value) return (given) => ({ case: parseCase(given) });
    if (isDdxplus(value)) return (given) => ({ row: parseDdxplus(given) });
    if (isPhenopacket(value)) return (given) => ({ case: parsePhenopacket(given, own, undefined) });
  }
  throw new Error(
    `${file} holds neither cases ({"request", "truth"} a line), nor GA4GH phenopackets, nor DDXPlus rows`,
  );
}

function readCsv(file: string, text: string): Entry[] {
  const table = attempt(() => parseCsv(text));
  if ('fault' in table) throw new Error(`${file}: ${table.fault}`);
  const [header, ...rows] = table;
  const names = header?.cells ?? [];
  return rows.map(({ line, cells }) => ({
    file,
    line,
    ...attempt(() => ({ row: parseDdxplusCells(names, cells) })),
  }));
}

function attempt<T extends object>(read: () => T): T | { fault: string } {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { fault: error.message };
  }
}

function textOf(file: string): string {
  const bytes = readFileSync(file);
  if (bytes.subarray(0, 2).toString('latin1') === 'PK')
    throw new Error(`${file} is a zip archive: unpack it, and give the file or folder in it`);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (isGzip ? gunzipSync(bytes) : bytes).toString().replace(/^\uFEFF/, '');
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Undefined where it is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
