/** GET /v1/terms: the findings that a few letters may mean. */

import type { Services } from '../adapters/services.ts';
import { TermsQuerySchema, type TermsResponse } from '../api/schemas/reads.ts';
import { validate } from '../api/validate.ts';
import { searchTerms } from '../core/search.ts';
import { type HttpHandler, httpHandler } from './http.ts';
import { withOwnServices } from './own.ts';

const SHOWN = 20;

export function createTermsHandler({ model }: Pick<Services, 'model'>): HttpHandler {
  return httpHandler({ route: 'terms' }, async ({ query, lang }) => {
    const { q } = validate(TermsQuerySchema, query);
    const { search } = await model();
    const body: TermsResponse = { terms: searchTerms(search(), q, lang, SHOWN) };
    return { body };
  });
}

export const handler = withOwnServices(createTermsHandler);
