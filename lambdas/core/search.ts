import type { TermName } from './names.ts';
import { allNames, normalise } from './names.ts';
import type { Lang, Term, Vocabulary } from './types.ts';

/** A term found by one of its names. */
export interface TermMatch {
  readonly id: string;
  readonly slug?: string;
  /** The term's label in the language asked for. */
  readonly label: string;
  /** The name that matched, as written in the vocabulary. */
  readonly matched: string;
}

/** Names by the three-letter pieces they hold: `postings[offsets[p]..offsets[p + 1]]` are the names with piece p. */
export interface SearchIndex {
  readonly terms: readonly Term[];
  readonly names: readonly TermName[];
  readonly offsets: Uint32Array;
  readonly postings: Uint32Array;
  /** Distinct pieces of each name. */
  readonly sizes: Uint16Array;
}

const LETTERS = 37; // space, a-z, 0-9
const PIECES = LETTERS ** 3;
/** Share of pieces in common from which a misspelt name still counts; the customary one for trigrams. */
const FUZZY = 0.3;

/** Calls `visit` with each trigram of a normalised name, every word padded with two spaces before and one after. */
function eachPiece(key: string, visit: (piece: number) => void): void {
  let a = 0;
  let b = 0;
  for (let i = 0; i <= key.length; i++) {
    const code = i === key.length ? 32 : key.charCodeAt(i);
    const c = code === 32 ? 0 : code >= 97 ? code - 96 : code - 21;
    visit((a * LETTERS + b) * LETTERS + c);
    a = c === 0 ? 0 : b;
    b = c;
  }
}

/** Builds the trigram index over all names of the vocabulary: one pass counts, the next one files. */
export function indexSearch(vocabulary: Vocabulary): SearchIndex {
  const names = allNames(vocabulary);
  const sizes = new Uint16Array(names.length);
  const offsets = new Uint32Array(PIECES + 1);
  eachDistinctPiece(names, (name, piece) => {
    sizes[name] = (sizes[name] ?? 0) + 1;
    offsets[piece + 1] = (offsets[piece + 1] ?? 0) + 1;
  });
  for (let piece = 0; piece < PIECES; piece++)
    offsets[piece + 1] = (offsets[piece + 1] ?? 0) + (offsets[piece] ?? 0);
  const postings = new Uint32Array(offsets[PIECES] ?? 0);
  const next = offsets.slice();
  eachDistinctPiece(names, (name, piece) => {
    const at = next[piece] ?? 0;
    postings[at] = name;
    next[piece] = at + 1;
  });
  return { terms: vocabulary.terms, names, offsets, postings, sizes };
}

function eachDistinctPiece(names: readonly TermName[], visit: (name: number, piece: number) => void): void {
  const lastName = new Int32Array(PIECES).fill(-1);
  names.forEach((name, i) => {
    eachPiece(name.key, (piece) => {
      if (lastName[piece] === i) return;
      lastName[piece] = i;
      visit(i, piece);
    });
  });
}

interface Candidate {
  readonly name: TermName;
  readonly curated: boolean;
  /** 3: the whole name, 2: the query begins a word for each of its words, 1: alike. */
  readonly tier: number;
  readonly prefix: boolean;
  readonly similarity: number;
}

/**
 * Terms whose names match `query`, best first, at most `limit`: the exact name, then names with words that begin
 * as the query's do, then misspelt ones; among equals our curated findings come first. Accents are forgiven.
 */
export function searchTerms(search: SearchIndex, query: string, lang: Lang, limit: number): TermMatch[] {
  const best = new Map<number, Candidate>();
  for (const candidate of candidates(search, normalise(query))) {
    const rival = best.get(candidate.name.term);
    if (rival === undefined || compare(candidate, rival, lang) < 0) best.set(candidate.name.term, candidate);
  }
  return [...best.values()]
    .sort((a, b) => compare(a, b, lang))
    .slice(0, limit)
    .map(({ name }) => presentMatch(search.terms, name, lang));
}

function* candidates(search: SearchIndex, key: string): Generator<Candidate> {
  if (key === '') return;
  const wanted = new Set<number>();
  eachPiece(key, (piece) => wanted.add(piece));
  const shared = new Uint16Array(search.sizes.length);
  for (const piece of wanted) {
    const end = search.offsets[piece + 1] ?? 0;
    for (let at = search.offsets[piece] ?? 0; at < end; at++) {
      const name = search.postings[at] ?? 0;
      shared[name] = (shared[name] ?? 0) + 1;
    }
  }
  const words = key.split(' ');
  for (let i = 0; i < shared.length; i++) {
    const common = shared[i] ?? 0;
    const name = search.names[i];
    // Half the pieces are shared wherever each word of the query begins a word of the name.
    if (name === undefined || common * 2 < wanted.size) continue;
    const similarity = common / (wanted.size + (search.sizes[i] ?? 0) - common);
    const padded = ` ${name.key}`;
    const tier = name.key === key ? 3 : words.every((word) => padded.includes(` ${word}`)) ? 2 : 1;
    if (tier === 1 && similarity < FUZZY) continue;
    const curated = search.terms[name.term]?.slug !== undefined;
    yield { name, curated, tier, prefix: name.key.startsWith(key), similarity };
  }
}

function compare(a: Candidate, b: Candidate, lang: Lang): number {
  return (
    b.tier - a.tier ||
    Number(b.curated) - Number(a.curated) ||
    Number(b.prefix) - Number(a.prefix) ||
    b.similarity - a.similarity ||
    Number(b.name.lang === lang) - Number(a.name.lang === lang) ||
    a.name.term - b.name.term
  );
}

function presentMatch(terms: readonly Term[], name: TermName, lang: Lang): TermMatch {
  const term = terms[name.term];
  if (term === undefined) throw new RangeError(`no term ${name.term}`);
  return { id: term.id, ...(term.slug && { slug: term.slug }), label: term[lang], matched: name.text };
}
