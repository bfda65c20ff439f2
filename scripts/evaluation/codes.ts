/** Disease codes in one spelling, and which conditions of a bundle carry them. */

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Condition } from '../../lambdas/core/bundle.ts';
import type { Case } from './case.ts';

const MONDO = resolve(import.meta.dirname, '../../data/mondo');

/** Spellings of each terminology's prefix; what has none of them is ICD-10. */
const TERMINOLOGIES = [
  ['ORPHA', /^ORPHA(?:NET)?[:_\s]*(\d+)$/],
  ['OMIM', /^O?MIM[:_\s]*(\d+)$/],
  ['DECIPHER', /^DECIPHER[:_\s]*(\d+)$/],
  ['MONDO', /^MONDO[:_\s]*(\d+)$/],
  ['DOID', /^DOID[:_\s]*(\d+)$/],
  ['MESH', /^(?:MESH|MSH)[:_\s]*([CD]\d+)$/],
] as const;

/** One spelling of a code: `ORPHA:558`, `OMIM:154700`, `MESH:D008382`, and ICD-10 without prefix and dot, `I219`. */
export function normaliseCode(code: string): string {
  const text = code.trim().toUpperCase();
  for (const [prefix, spelling] of TERMINOLOGIES) {
    const local = spelling.exec(text)?.[1];
    if (local !== undefined) return `${prefix}:${local}`;
  }
  return text.replace(/^ICD-?10(?:-?(?:CM|WHO))?[:_\s]*/, '').replace('.', '');
}

/** A PMID as a number, however it is written. */
export function normalisePmid(pmid: string | number): number {
  return Number(String(pmid).replace(/^PMID[:_]?\s*/i, ''));
}

/** The papers of a case, as numbers; what is no PMID, such as a DOI, is left out. */
export function pmidsOf({ pmids = [] }: Pick<Case, 'pmids'>): number[] {
  return pmids.map(normalisePmid).filter(Number.isSafeInteger);
}

export type RowsByCode = ReadonlyMap<string, readonly number[]>;

/**
 * Rows of the conditions by each of their codes.
 *
 * @param equivalents exact equivalents by Mondo id, for the Mondo ids that no condition carries itself.
 */
export function indexCodes(
  conditions: readonly Pick<Condition, 'code' | 'codes'>[],
  equivalents: ReadonlyMap<string, readonly string[]> = new Map(),
): RowsByCode {
  const rows = new Map<string, number[]>();
  for (const [row, condition] of conditions.entries()) {
    for (const code of new Set([condition.code, ...condition.codes].map(normaliseCode))) {
      const others = rows.get(code);
      if (others === undefined) rows.set(code, [row]);
      else others.push(row);
    }
  }
  for (const [mondo, codes] of equivalents) {
    if (rows.has(mondo)) continue;
    const known = new Set(codes.flatMap((code) => rows.get(code) ?? []));
    if (known.size > 0) rows.set(mondo, [...known]);
  }
  return rows;
}

/** The rows that any of the codes names, each once. */
export function rowsOf(index: RowsByCode, codes: readonly string[]): number[] {
  return [...new Set(codes.flatMap((code) => index.get(normaliseCode(code)) ?? []))];
}

/** Mondo's exact matches with OMIM, Orphanet and ICD-10, by Mondo id; all codes normalised. */
export function readMondo(folder = MONDO): ReadonlyMap<string, readonly string[]> {
  const matches = new Map<string, string[]>();
  const add = (mondo: string, code: string) => {
    const others = matches.get(mondo);
    if (others === undefined) matches.set(mondo, [code]);
    else others.push(code);
  };
  for (const source of ['omim', 'orphanet'])
    for (const [mondo, code] of exactMatches(folder, source)) add(mondo, code);
  const owners = new Map<string, Set<string>>();
  for (const source of ['icd10cm', 'icd10who'])
    for (const [mondo, code] of exactMatches(folder, source)) {
      const others = owners.get(code);
      if (others === undefined) owners.set(code, new Set([mondo]));
      else others.add(mondo);
    }
  // A range, or a code that several diseases claim, is equivalent to none of them.
  for (const [code, [mondo = '', ...others]] of owners)
    if (others.length === 0 && !code.includes('-')) add(mondo, code);
  return matches;
}

function exactMatches(folder: string, source: string): [string, string][] {
  const bytes = readFileSync(join(folder, `mondo_exactmatch_${source}.sssom.tsv.gz`));
  const [, ...lines] = gunzipSync(bytes)
    .toString()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [mondo = '', , , other = ''] = line.split('\t');
    return [normaliseCode(mondo), normaliseCode(other)];
  });
}
