/** What may be meant by what a request or a search cannot take as it is. */

import { type NameIndex, resolve } from './names.ts';
import { searchTerms } from './search.ts';
import type { SearchIndex } from './search-index.ts';
import type { Lang, TermMatch } from './types.ts';

/** As HPO's or our ids are written, or meant to be: "HP:0001945", "HP_0001945", "hp1945", "CEN:otorrea". */
const CODE = /^(?:HP(?::|_|O:)?\s?0*(\d+)|(CEN:\w*))$/i;

const HPO_DIGITS = 7;

/**
 * At most `limit` terms, best first: the one that a code stands for, current or obsolete, none for a code that nobody has, and
 * for words what {@link searchTerms} finds.
 */
export function suggestTerms(
  names: NameIndex,
  search: () => SearchIndex,
  query: string,
  lang: Lang,
  limit: number,
): TermMatch[] {
  const code = CODE.exec(query.trim());
  if (code === null) return searchTerms(search(), query, lang, limit);
  const [, number, ours] = code;
  const id = ours ?? `HP:${number?.padStart(HPO_DIGITS, '0')}`;
  const term = names.vocabulary.terms[resolve(names, id)?.term ?? -1];
  if (term === undefined) return [];
  const { slug, es, en } = term;
  return [{ id: term.id, ...(slug !== undefined && { slug }), label: { es, en }, matched: query }];
}
