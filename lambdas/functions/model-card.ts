/**
 * GET /v1/models/current/card: what the model is for, what was measured and what was not.
 *
 * Open, as the contract is: nothing in it is a patient's or a tenant's, and whoever must read it before the first patient,
 * a safety officer or an administrator, holds no medical scope.
 */

import { createHash } from 'node:crypto';
import type { CardFile } from '../adapters/model-card.ts';
import type { Services } from '../adapters/services.ts';
import { chooseMediaType } from '../api/media-type.ts';
import { ApiProblem } from '../api/problem.ts';
import { ModelCardQuerySchema } from '../api/schemas/model-card.ts';
import { validate } from '../api/validate.ts';
import type { Lang } from '../core/types.ts';
import { type HttpHandler, httpHandler } from './http.ts';
import { withOwnServices } from './own.ts';

const MEDIA_TYPES = ['application/json', 'text/markdown'] as const;
type MediaType = (typeof MEDIA_TYPES)[number];

export function createModelCardHandler({ card, metrics }: Pick<Services, 'card' | 'metrics'>): HttpHandler {
  return httpHandler({ route: 'modelCard', metrics }, async ({ query, headers, lang }) => {
    validate(ModelCardQuerySchema, query);
    const type = chooseMediaType(MEDIA_TYPES, headers.accept);
    const found = await card();
    if (found === null) throw new ApiProblem('MODEL_CARD_NOT_FOUND');
    const text = textOf(found, type, lang);
    const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
    const isKnown = (headers['if-none-match'] ?? '').split(',').some((tag) => isSame(tag.trim(), etag));
    return {
      status: isKnown ? 304 : 200,
      text: isKnown ? '' : text,
      headers: {
        'Content-Type': `${type}; charset=utf-8`,
        ETag: etag,
        // Kept, but asked for again each time: another model may answer by then.
        'Cache-Control': 'no-cache',
        Vary: 'Accept, Accept-Language',
      },
    };
  });
}

function textOf(card: CardFile, type: MediaType, lang: Lang): string {
  return type === 'text/markdown' ? card.markdown[lang] : JSON.stringify(card[lang]);
}

/** Weak comparison (RFC 9110, 13.1.2): a proxy that compresses may have made the tag weak. */
const isSame = (given: string, etag: string): boolean => given === '*' || given.replace(/^W\//, '') === etag;

export const handler = withOwnServices(createModelCardHandler);
