/** Which language an answer is in. */

import type { Lang } from '../core/types.ts';

const LANGS: readonly Lang[] = ['es', 'en'];

/**
 * The first that names Spanish or English: the body's `lang`, the query's `lang`, `Accept-Language` by its
 * q-values (RFC 9110, 12.5.4; the first wins among equals). Spanish otherwise.
 */
export function chooseLang(from: {
  body?: unknown;
  query?: unknown;
  acceptLanguage?: string | undefined;
}): Lang {
  return exact(from.body) ?? exact(from.query) ?? accepted(from.acceptLanguage ?? '') ?? 'es';
}

function exact(value: unknown): Lang | undefined {
  return LANGS.find((lang) => lang === value);
}

function accepted(header: string): Lang | undefined {
  let best: Lang | undefined;
  let bestQuality = 0;
  for (const part of header.split(',')) {
    const [range = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const lang = exact(range.split('-')[0]);
    const q = parameters.find((text) => text.startsWith('q='))?.slice(2);
    const quality = q === undefined ? 1 : Number(q);
    if (lang && quality > bestQuality && quality <= 1) [best, bestQuality] = [lang, quality];
  }
  return best;
}
