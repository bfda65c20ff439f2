/** GET /v1/openapi.json: the contract, made from the very schemas that validate. */

import { openApiDocument } from '../api/openapi.ts';
import { httpHandler } from './http.ts';

const body = openApiDocument();

export const handler = httpHandler({ route: 'openapi' }, () => ({ body }));
