/** GET /v1/terms: the findings that a few letters may mean. */

import type { Services } from '../adapters/services.ts';
import { TermsQuerySchema, type TermsResponse } from '../api/schemas/reads.ts';
import { validate } from '../api/validate.ts';
import { type NameIndex, resolve } from '../core/names.ts';
import { searchTerms } from '../core/search.ts';
import type { TermMatch } from '../core/types.ts';
import { type HttpHandler, httpHandler } from './http.ts';
import { withOwnServices } from './own.ts';

const SHOWN = 20;
const ID = /^(?:HP|CEN):\w+$/i;

export function createTermsHandler({ model, metrics }: Pick<Services, 'model' | 'metrics'>): HttpHandler {
  return httpHandler({ route: 'terms', metrics }, async ({ query, lang }) => {
    const { q } = validate(TermsQuerySchema, query);
    const { search, names } = await model();
    const named = ID.test(q) ? termById(names, q) : undefined;
    const found = named ? [named] : searchTerms(search(), q, lang, SHOWN);
    const body: TermsResponse = { terms: found.map((match) => ({ ...match, label: match.label[lang] })) };
    return { body };
  });
}

/** The one term that an id, current or obsolete, stands for. */
function termById(names: NameIndex, id: string): TermMatch | undefined {
  const term = names.vocabulary.terms[resolve(names, id)?.term ?? -1];
  return (
    term && {
      id: term.id,
      ...(term.slug !== undefined && { slug: term.slug }),
      label: { es: term.es, en: term.en },
      matched: id,
    }
  );
}

export const handler = withOwnServices(createTermsHandler);
