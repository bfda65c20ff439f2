/** How words are compared that are not written alike: by sound, by stem, by slips of the pen. */

/**
 * A normalised name as it sounds in Spanish, so that what is often confused is the same: b and v, c, s, z and x, g and
 * j, ll and y, qu, k and c, mute h, doubled letters; ae and oe for English.
 */
export function fold(key: string): string {
  // Three words in ten sound as they are written, and an index folds twenty thousand.
  if (!/[hvzxcqy]|[ao]e|g[eiu]|([a-z])\1/.test(key)) return key;
  return key
    .replace(/[ao]e/g, 'e')
    .replace(/ph/g, 'f')
    .replace(/ch|ck|qu(?=[ei])|q/g, 'k')
    .replace(/c(?=[eiy])|z|x/g, 's')
    .replace(/c/g, 'k')
    .replace(/h/g, '')
    .replace(/v/g, 'b')
    .replace(/ll|y/g, 'i')
    .replace(/gu(?=[ei])/g, 'g')
    .replace(/g(?=[ei])/g, 'j')
    .replace(/([a-z])\1+/g, '$1');
}

/** A folded word without the ending of its plural and gender, of either language. */
export function stem(word: string): string {
  if (word.length < 4) return word;
  const singular = word.replace(/e?s$/, '');
  return singular.length > 3 ? singular.replace(/[aeo]$/, '') : singular;
}

/**
 * Letters to change, add, leave out or swap with the next one (optimal string alignment), where that is at most `most`;
 * else `most + 1`.
 */
export function slips(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
      if (cost < least) least = cost;
    }
    if (least > most) return most + 1;
    [before, last] = [last, row];
  }
  return Math.min(last[b.length] ?? 0, most + 1);
}
