/** GET /v1/terms: the findings that a few letters may mean. */

import type { Services } from '../adapters/services.ts';
import { TermsQuerySchema, type TermsResponse } from '../api/schemas/reads.ts';
import { validate } from '../api/validate.ts';
import { suggestTerms } from '../core/suggest.ts';
import { type HttpHandler, httpHandler } from './http.ts';
import { withOwnServices } from './own.ts';

const SHOWN = 20;

export function createTermsHandler({ model, metrics }: Pick<Services, 'model' | 'metrics'>): HttpHandler {
  return httpHandler({ route: 'terms', metrics }, async ({ query, lang }) => {
    const { q } = validate(TermsQuerySchema, query);
    const { search, names } = await model();
    const found = suggestTerms(names, search, q, lang, SHOWN);
    const body: TermsResponse = { terms: found.map((match) => ({ ...match, label: match.label[lang] })) };
    return { body };
  });
}

export const handler = withOwnServices(createTermsHandler);
