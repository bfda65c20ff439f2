/** The names of the vocabulary by the three-letter pieces that they sound of. */

import { type Word, wordsOf } from './likeness.ts';
import { allNames, type TermName } from './names.ts';
import { nounOf } from './query.ts';
import { fold } from './spelling.ts';
import type { Term, Vocabulary } from './types.ts';

/** `postings[offsets[p]..offsets[p + 1]]` are the names with piece p. */
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
/** So many names, those that share most pieces with the query, are worth a comparison word by word. */
const COMPARED = 300;
/** A name is near by twice what it shares of both, half of what it shares of the shorter, and if it is an everyday one. */
const NEAR = { ofBoth: 2, ofShorter: 0.5, everyday: 0.15 };
/** A name that shares less of the shorter than this is not near. */
const LEAST_SHARED = 0.25;
/** Buckets that names are sorted into, so many for each unit of nearness. */
const BUCKETS = { count: 50, perUnit: 30 };

/** Builds the index over all names of the vocabulary: one pass counts the pieces, the next one files them. */
export function indexSearch(vocabulary: Vocabulary): SearchIndex {
  const names = allNames(vocabulary);
  const words = wordsOf(names.map(({ key }) => key));
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

/** Places of the names that share most pieces with the words, or with the nouns that they stand for, in ascending order. */
export function nearest(search: SearchIndex, query: readonly Word[]): number[] {
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
  // Bucket 0 is the nearest.
  const buckets: number[][] = Array.from({ length: BUCKETS.count }, () => []);
  for (let i = 0; i < shared.length; i++) {
    const common = shared[i] ?? 0;
    const size = search.sizes[i] ?? 0;
    const shorter = Math.min(wanted.size, size);
    if (common < LEAST_SHARED * shorter) continue;
    const everyday = search.terms[search.names[i]?.term ?? -1]?.everyday ? NEAR.everyday : 0;
    const near =
      (NEAR.ofBoth * common) / (wanted.size + size) + (NEAR.ofShorter * common) / shorter + everyday;
    buckets[Math.max(0, BUCKETS.count - 1 - Math.floor(near * BUCKETS.perUnit))]?.push(i);
  }
  const names: number[] = [];
  for (const bucket of buckets) {
    if (names.length >= COMPARED) break;
    names.push(...bucket.slice(0, COMPARED));
  }
  // In the vocabulary's order, so that of equal names of a term its label stands.
  return names.sort((a, b) => a - b);
}

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
