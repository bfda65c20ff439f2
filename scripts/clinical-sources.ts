/**
 * The sources of `data/clinical/`: every entry that makes a clinical claim, whose address its source has, and
 * which entries were compared with a stored copy. `npm run readme` writes the list to docs/clinical-sources.md.
 */

import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Source } from '../lambdas/core/types.ts';

export const CLINICAL_SOURCES = 'docs/clinical-sources.md';

const FOLDER = 'data/clinical';
/** No clinical claims: the notice, and what is said about the sources themselves. */
const ABOUT = ['intended_use.json', 'publishers.json', 'source_checks.json'];
/** Lists that only name what a request states ("age 65 or over") or what a name does not mean, and claim nothing. */
const NAMES = ['stated', 'not_said'];

export interface ClinicalEntry {
  /** As the entries name themselves; the file's stem where the file is one entry. */
  readonly id: string;
  readonly file: string;
  /** All sources below the entry. */
  readonly sources: readonly Source[];
  /** May stand without a source: policy (its file has an owner), or an entry that says what of it is ours. */
  readonly judgement: boolean;
}
export interface SourceCheck {
  /** As it was drawn. */
  readonly id: string;
  /** The id here, where it is another. */
  readonly entry?: string;
  readonly file: string;
  readonly date: string;
  readonly verdict: 'confirmed' | 'confirmed_in_part' | 'contradicted' | 'no_copy_found';
  readonly copies?: readonly string[];
  readonly says: string;
  readonly differs?: string;
  readonly changed?: string;
}
export interface SourceChecks {
  readonly draw: { readonly seed: string; readonly tried: number; readonly from: readonly string[] };
  readonly checks: readonly SourceCheck[];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const readJson = (file: string) => JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8'));

/** Whatever has a title and an address, at any depth. */
function sourcesIn(value: unknown): Source[] {
  if (Array.isArray(value)) return value.flatMap(sourcesIn);
  if (!isObject(value)) return [];
  if ('url' in value) return [value as unknown as Source];
  return Object.values(value).flatMap(sourcesIn);
}

const idOf = (entry: Readonly<Record<string, unknown>>): string =>
  String(entry.id ?? entry.ddxplus_name ?? entry.name);

/**
 * The entries of one file: the objects in its lists, or the file itself where it has one source for all.
 * @throws RangeError for a file in which none can be told apart.
 */
export function entriesOf(file: string, content: Readonly<Record<string, unknown>>): ClinicalEntry[] {
  const policy = 'owner' in content;
  const isOurs = ({ ours }: Readonly<Record<string, unknown>>) => Array.isArray(ours) && ours.length > 0;
  if ('source' in content)
    return [{ id: basename(file, '.json'), file, sources: sourcesIn(content), judgement: policy }];
  const listed = Object.entries(content).flatMap(([key, value]) =>
    Array.isArray(value) && !NAMES.includes(key) ? value.filter(isObject) : [],
  );
  if (listed.length === 0 && !policy) throw new RangeError(`${file}: no entries and no source`);
  return listed.map((entry) => ({
    id: idOf(entry),
    file,
    sources: sourcesIn(entry),
    judgement: policy || isOurs(entry),
  }));
}

export function clinicalEntries(): ClinicalEntry[] {
  return globSync(`${FOLDER}/*.json`)
    .map((path) => basename(path))
    .filter((file) => !file.endsWith('.schema.json') && !ABOUT.includes(file))
    .sort()
    .flatMap((file) => entriesOf(file, readJson(file)));
}

export const publishers: Readonly<Record<string, string>> = readJson('publishers.json').own;
export const sourceChecks: SourceChecks = readJson('source_checks.json');

/** Whether the address is that of the publisher whose text it carries; else it is a mirror. */
export function isOwnAddress({ url, publisher }: Pick<Source, 'url' | 'publisher'>): boolean {
  const { hostname, pathname } = new URL(url);
  const host = hostname.replace(/^www\./, '');
  return (publishers[`${host}/${pathname.split('/')[1]}`] ?? publishers[host]) === publisher;
}

/** The order of the draw: ascending SHA-256 of seed and id, so that anyone can draw again. */
export function drawOrder(seed: string, ids: readonly string[]): string[] {
  const key = (id: string) => createHash('sha256').update(`${seed}:${id}`).digest('hex');
  return ids
    .map((id) => [key(id), id] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, id]) => id);
}

const VERDICTS: Readonly<Record<SourceCheck['verdict'], string>> = {
  confirmed: 'confirmed',
  confirmed_in_part: 'in part',
  contradicted: '**contradicted**',
  no_copy_found: 'no copy found',
};

const entryOf = ({ id, entry = id }: Pick<SourceCheck, 'id' | 'entry'>): string => entry;
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

/** The page that lists what was re-read, what was not, and which addresses are mirrors. */
export function renderClinicalSources(
  entries: readonly ClinicalEntry[] = clinicalEntries(),
  { draw, checks }: SourceChecks = sourceChecks,
): string {
  const carried = new Set(entries.map(({ id }) => id));
  const shown = checks.filter((check) => check.verdict !== 'no_copy_found' && carried.has(entryOf(check)));
  const read = new Set(shown.map(entryOf));
  const claims = entries.filter(({ sources }) => sources.length > 0);
  const notRead = claims.filter(({ id }) => !read.has(id));
  const files = [...new Set(claims.map(({ file }) => file))];
  const mirrors = new Map(
    claims.flatMap(({ sources }) =>
      sources.filter((source) => !isOwnAddress(source)).map((source) => [source.url, source] as const),
    ),
  );
  const count = (verdict: SourceCheck['verdict']) =>
    checks.filter((check) => check.verdict === verdict).length;
  return [
    '# Sources of the clinical data',
    '',
    'Written by `npm run readme` from `data/clinical/`; how the check was made stands in `source_checks.json`. **No clinician has reviewed these files.**',
    '',
    `Draw: seed ${draw.seed}, ${draw.from.length} ids; the first ${draw.tried} of the order were looked for until twenty had been read; then`,
    `reading went on. Of ${checks.length} looked for, ${count('confirmed')} are confirmed, ${count('confirmed_in_part')} in part, ${count('contradicted')} contradicted; of ${count('no_copy_found')} no copy was found.`,
    `Of the ${claims.length} entries that stand here with a source now, ${claims.length - notRead.length} were re-read and ${notRead.length} were not.`,
    '',
    '## Re-read',
    '',
    '| entry | verdict | what the copy says | what it does not bear out; what was changed | copies |',
    '| --- | --- | --- | --- | --- |',
    ...shown.map((check) => {
      const links = (check.copies ?? []).map((url, index) => `[${index + 1}](${url})`).join(' ');
      const remark = [check.differs, check.changed].filter((text) => text !== undefined).join(' ');
      const name = `\`${entryOf(check)}\`${check.entry === undefined ? '' : ` (${check.id})`}`;
      return `| ${name} | ${VERDICTS[check.verdict]} | ${cell(check.says)} | ${cell(remark)} | ${links} |`;
    }),
    '',
    '## Not re-read',
    '',
    ...files.map((file) => {
      const ids = [...new Set(notRead.filter((entry) => entry.file === file).map(({ id }) => `\`${id}\``))];
      return `- \`${file}\` (${ids.length}): ${ids.join(', ') || 'none'}`;
    }),
    '',
    '## Mirrors',
    '',
    'Addresses that carry another publisher’s text, marked `mirror: true`:',
    '',
    bullets(
      [...mirrors.values()].map(({ publisher, title, url }) => `${publisher}: [${title}](${url})`).sort(),
    ),
    '',
  ].join('\n');
}
