/** How alike a query and a name are, word by word in any order. */

import { isEmptyWord, nounOf } from './query.ts';
import { fold, slips, stem } from './spelling.ts';

/** A word as it occurs in names, or as it was typed. */
export interface Word {
  readonly text: string;
  readonly sound: string;
  readonly stem: string;
  /** 0-1: how much it tells; little where it is empty or in many names. */
  weight: number;
}

/** How much a word tells, 0-1. */
const TELLING = {
  empty: 1e-4,
  /** Typed, and in no name. */
  unknown: 0.7,
  /** In every name; one that is in a single name tells 1. */
  commonest: 0.1,
};

/** Likeness of two words, 0-1, by what they share. */
const ALIKE = { text: 1, sound: 0.95, stem: 0.92, noun: 0.88 };
/** Of a word that is typed in part: 0.7, and 0.2 more as more of it is there. */
const BEGUN = { least: 0.7, whole: 0.2, letters: 3 };
/** Of a misspelt word: from just below `ALIKE.text` down by each slip, more where the first letter is another. */
const MISSPELT = { most: 0.98, slip: 0.14, firstLetter: 0.07 };
/** Letters that a word must have to be forgiven so many slips. */
const FORGIVEN = [
  { letters: 7, slips: 2 },
  { letters: 4, slips: 1 },
];
/** What of the query is in the name counts for more than what of the name is in the query. */
const SHARE = { told: 0.6, covered: 0.4 };

/** A word that no name has. */
export function wordOf(text: string): Word {
  const sound = fold(text);
  return { text, sound, stem: stem(sound), weight: isEmptyWord(text) ? TELLING.empty : TELLING.unknown };
}

/** Every word of the names, by its text; `keys` are normalised. A word tells less the more names it is in. */
export function wordsOf(keys: readonly string[]): Map<string, Word> {
  const words = new Map<string, Word>();
  const counts = new Map<string, number>();
  for (const key of keys)
    for (const text of key.split(' ')) {
      counts.set(text, (counts.get(text) ?? 0) + 1);
      if (!words.has(text)) words.set(text, wordOf(text));
    }
  const all = Math.log(keys.length + 1);
  for (const [text, word] of words)
    if (!isEmptyWord(text)) {
      const rarity = 1 - Math.log(counts.get(text) ?? 1) / all;
      word.weight = TELLING.commonest + (1 - TELLING.commonest) * rarity;
    }
  return words;
}

/** 0-1, to a thousandth, so that names which differ in an empty word alone are equals. */
export function likeness(query: readonly Word[], name: readonly Word[]): number {
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
  return Math.round(1000 * ((SHARE.told * told) / asked + (SHARE.covered * covered) / whole)) / 1000;
}

/** `unfinished`: the last word, of which one letter may be typed so far. */
function wordLikeness(typed: Word, known: Word, unfinished: boolean): number {
  if (typed.text === known.text) return ALIKE.text;
  if (typed.sound === known.sound) return ALIKE.sound;
  if (typed.stem === known.stem) return ALIKE.stem;
  const noun = nounOf(typed.text);
  if (noun !== undefined && (noun === known.text || stem(fold(noun)) === known.stem)) return ALIKE.noun;
  const [short, long] = [typed.sound.length, known.sound.length];
  const begins =
    short >= BEGUN.letters
      ? known.sound.startsWith(typed.sound)
      : unfinished && known.text.startsWith(typed.text);
  if (begins) return BEGUN.least + (BEGUN.whole * short) / long;
  return misspeltLikeness(typed, known);
}

function misspeltLikeness(typed: Word, known: Word): number {
  const length = Math.min(typed.sound.length, known.sound.length);
  const most = FORGIVEN.find(({ letters }) => length >= letters)?.slips ?? 0;
  if (most === 0 || typed.weight === TELLING.empty || !beginAlike(typed.sound, known.sound)) return 0;
  const heard = slips(typed.sound, known.sound, most);
  // Letters swapped may sound otherwise: "barrgia".
  const apart = heard <= 1 ? heard : Math.min(heard, slips(typed.text, known.text, most));
  if (apart > most) return 0;
  const first = typed.sound[0] === known.sound[0] ? 0 : MISSPELT.firstLetter;
  return MISSPELT.most - MISSPELT.slip * apart - first;
}

/** Whether one slip at most parts the first two letters: most words are told apart here. */
const beginAlike = (a: string, b: string): boolean =>
  a[0] === b[0] || a[1] === b[1] || a[0] === b[1] || a[1] === b[0];
