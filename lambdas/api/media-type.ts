/** Which form of an answer the caller asks for. */

/**
 * The media type of highest quality in `Accept` (RFC 9110, 12.5.1), the more specific range deciding a type's quality.
 * The first offered wins among equals, and where nothing offered is asked for.
 */
export function chooseMediaType<Type extends string>(
  offered: readonly [Type, ...Type[]],
  accept: string | undefined,
): Type {
  const ranges = (accept ?? '*/*').split(',').map(readRange);
  let best = offered[0];
  let bestQuality = 0;
  for (const type of offered) {
    const quality = qualityOf(type, ranges);
    if (quality > bestQuality) [best, bestQuality] = [type, quality];
  }
  return best;
}

interface Range {
  readonly name: string;
  readonly quality: number;
}

function readRange(text: string): Range {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const q = parameters.find((part) => part.startsWith('q='))?.slice(2);
  const quality = q === undefined ? 1 : Number(q);
  return { name, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

function qualityOf(type: string, ranges: readonly Range[]): number {
  for (const name of [type, `${type.split('/')[0]}/*`, '*/*']) {
    const range = ranges.find((candidate) => candidate.name === name);
    if (range) return range.quality;
  }
  return 0;
}
