/** GET /v1/health: the process answers. Whether the model runs is `ready`'s to say. */

import { httpHandler } from './http.ts';

export const handler = httpHandler({ route: 'health' }, () => ({ body: { status: 'ok' } }));
