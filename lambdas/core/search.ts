import type { TermName } from './names.ts';
import { allNames, normalise } from './names.ts';
import { denied, isEmptyWord, nounOf, tellingWords } from './query.ts';
import { fold, slips, stem } from './spelling.ts';
import type { Lang, Term, TermMatch, Vocabulary } from './types.ts';

/** A word as it occurs in names, or as it was typed. */
interface Word {
  readonly text: string;
  readonly sound: string;
  readonly stem: string;
  /** 0-1: how much it tells; little where it is empty or in many names. */
  weight: number;
}

/** Names by the three-letter pieces they sound of: `postings[offsets[p]..offsets[p + 1]]` are the names with piece p. */
export interface SearchIndex {
  readonly terms: readonly Term[];
  readonly names: readonly TermName[];
  readonly words: ReadonlyMap<string, Word>;
  readonly offsets: Uint32Array;
  readonly postings: Uint32Array;
  /** Distinct pieces of each name. */
  readonly sizes: Uint16Array;
}

const LETTERS = 37; // space, a-z, 0-9
const PIECES = LETTERS ** 3;
/** So many names, those that share most pieces with the query, are compared with it word by word. */
const COMPARED = 300;
/** Below this a name does not resemble the query. */
const RESEMBLES = 0.45;
/** From here what follows "sin" or "niega" is taken for a finding that is denied. */
const SURE = 0.75;
const EMPTY_WEIGHT = 1e-4;
/** Of a typed word that occurs in no name. */
const UNKNOWN_WEIGHT = 0.7;

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

/** Builds the index over all names of the vocabulary: one pass counts the pieces, the next one files them. */
export function indexSearch(vocabulary: Vocabulary): SearchIndex {
  const names = allNames(vocabulary);
  const words = wordsOf(names);
  const sounds = names.map(({ key }) => key.replace(/[^ ]+/g, (word) => words.get(word)?.sound ?? word));
  const sizes = new Uint16Array(names.length);
  const offsets = new Uint32Array(PIECES + 1);
  eachDistinctPiece(sounds, (name, piece) => {
    sizes[name] = (sizes[name] ?? 0) + 1;
    offsets[piece + 1] = (offsets[piece + 1] ?? 0) + 1;
  });
  for (let piece = 0; piece < PIECES; piece++)
    offsets[piece + 1] = (offsets[piece + 1] ?? 0) + (offsets[piece] ?? 0);
  const postings = new Uint32Array(offsets[PIECES] ?? 0);
  const next = offsets.slice();
  eachDistinctPiece(sounds, (name, piece) => {
    const at = next[piece] ?? 0;
    postings[at] = name;
    next[piece] = at + 1;
  });
  return { terms: vocabulary.terms, names, words, offsets, postings, sizes };
}

function wordsOf(names: readonly TermName[]): Map<string, Word> {
  const words = new Map<string, Word>();
  const counts = new Map<string, number>();
  for (const { key } of names)
    for (const text of key.split(' ')) {
      counts.set(text, (counts.get(text) ?? 0) + 1);
      if (!words.has(text)) words.set(text, wordOf(text));
    }
  for (const [text, word] of words)
    if (!isEmptyWord(text))
      word.weight = 0.1 + 0.9 * (1 - Math.log(counts.get(text) ?? 1) / Math.log(names.length + 1));
  return words;
}

function wordOf(text: string): Word {
  const sound = fold(text);
  return { text, sound, stem: stem(sound), weight: isEmptyWord(text) ? EMPTY_WEIGHT : UNKNOWN_WEIGHT };
}

function eachDistinctPiece(sounds: readonly string[], visit: (name: number, piece: number) => void): void {
  const lastName = new Int32Array(PIECES).fill(-1);
  sounds.forEach((sound, i) => {
    eachPiece(sound, (piece) => {
      if (lastName[piece] === i) return;
      lastName[piece] = i;
      visit(i, piece);
    });
  });
}

interface Candidate {
  readonly name: TermName;
  /** The very words of the query. */
  readonly exact: boolean;
  /** 0-1, and a little more for everyday findings, ours, and the reader's language. */
  readonly score: number;
}

/**
 * Terms whose names match `query`, best first, at most `limit`: the exact name, then by how much of the query is in the
 * name and of the name in the query, word by word in any order, slips of the pen and of the ear forgiven; among
 * equals everyday findings come first. A query that denies a finding ("sin fiebre") gives the finding as `negated`.
 */
export function searchTerms(search: SearchIndex, query: string, lang: Lang, limit: number): TermMatch[] {
  const key = normalise(query);
  const found = ranked(search, key, lang);
  const finding = denied(key);
  const absent = finding === undefined || found[0]?.exact ? [] : ranked(search, finding, lang);
  const [likeliest] = absent;
  if (likeliest === undefined || (!likeliest.exact && likeliest.score < SURE))
    return found.slice(0, limit).map((match) => present(search.terms, match, false));
  // "No tiene hambre" is a finding that is there, called by a name that denies.
  const called = found.filter(({ name, score }) => score >= SURE && denied(name.key) !== undefined);
  const terms = new Set(called.map(({ name }) => name.term));
  return [
    ...called.map((match) => present(search.terms, match, false)),
    ...absent.filter(({ name }) => !terms.has(name.term)).map((match) => present(search.terms, match, true)),
  ].slice(0, limit);
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

function* candidates(search: SearchIndex, key: string, lang: Lang): Generator<Candidate> {
  if (key === '') return;
  const query = tellingWords(key).map((text) => search.words.get(text) ?? wordOf(text));
  for (const i of nearest(search, query)) {
    const name = search.names[i];
    if (name === undefined) continue;
    const exact = name.key === key;
    const alike = exact ? 1 : likeness(query, wordsIn(search, name));
    if (alike < RESEMBLES) continue;
    const { everyday, slug } = search.terms[name.term] ?? {};
    const bonus = (everyday ? 0.06 : 0) + (slug === undefined ? 0 : 0.02) + (name.lang === lang ? 0.01 : 0);
    yield { name, exact, score: alike + bonus };
  }
}

const wordsIn = (search: SearchIndex, { key }: TermName): Word[] =>
  key.split(' ').flatMap((text) => search.words.get(text) ?? []);

/** The names that share most pieces with the words, or with the nouns that they stand for. */
function nearest(search: SearchIndex, query: readonly Word[]): number[] {
  const wanted = new Set<number>();
  for (const { sound, text } of query) {
    eachPiece(sound, (piece) => wanted.add(piece));
    eachPiece(fold(nounOf(text) ?? ''), (piece) => wanted.add(piece));
  }
  const shared = new Uint16Array(search.sizes.length);
  for (const piece of wanted) {
    const end = search.offsets[piece + 1] ?? 0;
    for (let at = search.offsets[piece] ?? 0; at < end; at++) {
      const name = search.postings[at] ?? 0;
      shared[name] = (shared[name] ?? 0) + 1;
    }
  }
  // Bucket 0 is the nearest; a name counts by what it shares of both, and of the shorter.
  const buckets: number[][] = Array.from({ length: 50 }, () => []);
  for (let i = 0; i < shared.length; i++) {
    const common = shared[i] ?? 0;
    const size = search.sizes[i] ?? 0;
    if (common * 4 < Math.min(wanted.size, size)) continue;
    const everyday = search.terms[search.names[i]?.term ?? -1]?.everyday ? 0.15 : 0;
    const near = (2 * common) / (wanted.size + size) + common / Math.min(wanted.size, size) / 2 + everyday;
    buckets[Math.max(0, 49 - Math.floor(near * 30))]?.push(i);
  }
  const names: number[] = [];
  for (const bucket of buckets) {
    if (names.length >= COMPARED) break;
    names.push(...bucket.slice(0, COMPARED));
  }
  // In the vocabulary's order, so that of equal names of a term its label stands.
  return names.sort((a, b) => a - b);
}

/** 0-1: what of the query is in the name counts for more than what of the name is in the query. */
function likeness(query: readonly Word[], name: readonly Word[]): number {
  const met = new Float64Array(name.length);
  let told = 0;
  let asked = 0;
  for (const [place, word] of query.entries()) {
    const unfinished = place === query.length - 1;
    let best = 0;
    let weight = word.weight;
    name.forEach((other, i) => {
      const alike = wordLikeness(word, other, unfinished);
      if (alike > (met[i] ?? 0)) met[i] = alike;
      if (alike <= best) return;
      best = alike;
      weight = Math.max(word.weight, other.weight);
    });
    told += best * weight;
    asked += weight;
  }
  let covered = 0;
  let whole = 0;
  name.forEach(({ weight }, i) => {
    covered += (met[i] ?? 0) * weight;
    whole += weight;
  });
  // Names that differ in an empty word alone are equals.
  return Math.round(1000 * ((0.6 * told) / asked + (0.4 * covered) / whole)) / 1000;
}

/** `unfinished`: the last word, of which one letter may be typed so far. */
function wordLikeness(typed: Word, known: Word, unfinished: boolean): number {
  if (typed.text === known.text) return 1;
  if (typed.sound === known.sound) return 0.95;
  if (typed.stem === known.stem) return 0.92;
  const noun = nounOf(typed.text);
  if (noun !== undefined && (noun === known.text || stem(fold(noun)) === known.stem)) return 0.88;
  const [short, long] = [typed.sound.length, known.sound.length];
  const begins =
    short >= 3 ? known.sound.startsWith(typed.sound) : unfinished && known.text.startsWith(typed.text);
  if (begins) return 0.7 + (0.2 * short) / long;
  const length = Math.min(short, long);
  const most = length >= 7 ? 2 : length >= 4 ? 1 : 0;
  if (most === 0 || typed.weight === EMPTY_WEIGHT || !beginAlike(typed.sound, known.sound)) return 0;
  const heard = slips(typed.sound, known.sound, most);
  // Letters swapped may sound otherwise: "barrgia".
  const apart = heard <= 1 ? heard : Math.min(heard, slips(typed.text, known.text, most));
  if (apart > most) return 0;
  const first = typed.sound[0] === known.sound[0] ? 0 : 0.07;
  return 0.98 - 0.14 * apart - first;
}

/** Whether one slip at most parts the first two letters: most words are told apart here. */
const beginAlike = (a: string, b: string): boolean =>
  a[0] === b[0] || a[1] === b[1] || a[0] === b[1] || a[1] === b[0];

function present(terms: readonly Term[], { name }: Candidate, negated: boolean): TermMatch {
  const term = terms[name.term];
  if (term === undefined) throw new RangeError(`no term ${name.term}`);
  const { id, slug, es, en } = term;
  return { id, ...(slug && { slug }), label: { es, en }, matched: name.text, ...(negated && { negated }) };
}
