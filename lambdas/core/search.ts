/** The terms that somebody may mean by what they typed. */

import { clausesOf, hasDenyingWord, isDenial } from './denial.ts';
import { likeness, wordOf } from './likeness.ts';
import type { TermName } from './names.ts';
import { normalise } from './names.ts';
import { tellingWords } from './query.ts';
import { nearest, type SearchIndex } from './search-index.ts';
import type { Lang, Term, TermMatch } from './types.ts';

/** Below this a name does not resemble the query. */
const RESEMBLES = 0.45;
/** From here a clause is taken for a finding that is told of, or denied. */
const SURE = 0.75;
/** So many clauses of a query are read; each is a search. */
const READ = 6;
/** A name that denies stands for the query as it is, where it scores at most so much less than what the query denies. */
const CALLED = 0.1;
/** Added to the likeness, 0-1: among equals an everyday finding stands before ours, and ours before a name in the other language. */
const BONUS = { everyday: 0.06, ours: 0.02, language: 0.01 };

interface Candidate {
  readonly name: TermName;
  /** The very words of the query. */
  readonly exact: boolean;
  /** 0-1, and a bonus. */
  readonly score: number;
}

/**
 * Terms whose names match `query`, best first, at most `limit`: the exact name, then by how much of the query is in the
 * name and of the name in the query, word by word in any order, slips of the pen and of the ear forgiven; among
 * equals everyday findings come first. What the query denies ("sin fiebre") comes as `negated`; where it tells of one
 * finding and denies another ("tos sin fiebre"), they come in turn.
 */
export function searchTerms(search: SearchIndex, query: string, lang: Lang, limit: number): TermMatch[] {
  const found = ranked(search, normalise(query), lang);
  const matches = found[0]?.exact ? found.map(there) : asTold(search, query, lang, found);
  return matches.slice(0, limit).map((match) => present(search.terms, match));
}

/** A term that was found, and whether the query denies it. */
interface Match {
  readonly candidate: Candidate;
  readonly negated: boolean;
}

const there = (candidate: Candidate): Match => ({ candidate, negated: false });

/** `found` for the whole query, or what its clauses tell of and deny where one surely denies something. */
function asTold(search: SearchIndex, query: string, lang: Lang, found: readonly Candidate[]): Match[] {
  const clauses = clausesOf(query).slice(0, READ);
  const read = clauses
    .map(({ text, denied }) => ({
      denied,
      found: ranked(search, text, lang).filter(({ name }) => !denied || !hasDenyingWord(name.key)),
    }))
    .filter(({ found: [likeliest] }) => likeliest?.exact || (likeliest?.score ?? 0) >= SURE);
  if (!read.some(({ denied }) => denied)) {
    const missing = new Set(clauses.flatMap(({ lacking = '' }) => exactly(search, lacking, lang)));
    return found.map((candidate) => ({
      candidate,
      negated: missing.has(candidate.name.term) && !hasDenyingWord(candidate.name.key),
    }));
  }
  // "No vacunado" is a finding that is there, called by a name that denies.
  const best = Math.max(...read.map(({ found: [likeliest] }) => likeliest?.score ?? 0));
  const called = found.filter(({ name, score }) => score >= best - CALLED && isDenial(clausesOf(name.text)));
  return onceEach([...called.map(there), ...inTurn(read)]);
}

interface ReadClause {
  readonly denied: boolean;
  readonly found: readonly Candidate[];
}

/** The best of each clause, then the second of each, and so on; what is both told of and denied is in doubt, and left out. */
function inTurn(read: readonly ReadClause[]): Match[] {
  const terms = (denied: boolean) =>
    new Set(read.filter((clause) => clause.denied === denied).flatMap(({ found }) => found.map(termOf)));
  const [told, denied] = [terms(false), terms(true)];
  const isInDoubt = (candidate: Candidate) => told.has(termOf(candidate)) && denied.has(termOf(candidate));
  const longest = Math.max(...read.map(({ found }) => found.length));
  return Array.from({ length: longest }, (_, place) =>
    read.flatMap(({ denied: negated, found: { [place]: candidate } }) =>
      candidate === undefined || (place > 0 && isInDoubt(candidate)) ? [] : [{ candidate, negated }],
    ),
  ).flat();
}

const termOf = ({ name }: Candidate): number => name.term;

/** Each term by its first match. */
function onceEach(matches: readonly Match[]): Match[] {
  const seen = new Set<number>();
  return matches.filter(({ candidate: { name } }) => !seen.has(name.term) && seen.add(name.term));
}

/** Each term once, by its best name. */
function ranked(search: SearchIndex, key: string, lang: Lang): Candidate[] {
  const best = new Map<number, Candidate>();
  for (const candidate of candidates(search, key, lang)) {
    const rival = best.get(candidate.name.term);
    if (rival === undefined || compare(candidate, rival) < 0) best.set(candidate.name.term, candidate);
  }
  return [...best.values()].sort(compare);
}

const compare = (a: Candidate, b: Candidate): number =>
  Number(b.exact) - Number(a.exact) || b.score - a.score || a.name.term - b.name.term;

/** Terms of which `key` is the very name. */
const exactly = (search: SearchIndex, key: string, lang: Lang): number[] =>
  ranked(search, key, lang).flatMap(({ exact, name }) => (exact ? [name.term] : []));

function* candidates(search: SearchIndex, key: string, lang: Lang): Generator<Candidate> {
  if (key === '') return;
  const query = tellingWords(key).map((text) => search.words.get(text) ?? wordOf(text));
  for (const i of nearest(search, query)) {
    const name = search.names[i];
    if (name === undefined) continue;
    const exact = name.key === key;
    const words = name.key.split(' ').flatMap((text) => search.words.get(text) ?? []);
    const alike = exact ? 1 : likeness(query, words);
    if (alike < RESEMBLES) continue;
    const { everyday, slug } = search.terms[name.term] ?? {};
    const bonus =
      (everyday ? BONUS.everyday : 0) +
      (slug === undefined ? 0 : BONUS.ours) +
      (name.lang === lang ? BONUS.language : 0);
    yield { name, exact, score: alike + bonus };
  }
}

function present(terms: readonly Term[], { candidate: { name }, negated }: Match): TermMatch {
  const term = terms[name.term];
  if (term === undefined) throw new RangeError(`no term ${name.term}`);
  const { id, slug, es, en } = term;
  return { id, ...(slug && { slug }), label: { es, en }, matched: name.text, ...(negated && { negated }) };
}
