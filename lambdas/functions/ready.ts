/** GET /v1/ready: the models run, which is tried out and not assumed. */

import type { Services } from '../adapters/services.ts';
import { type HttpHandler, httpHandler } from './http.ts';
import { withOwnServices } from './own.ts';
import { tryOut } from './try-out.ts';

export function createReadyHandler({ model, metrics }: Pick<Services, 'model' | 'metrics'>): HttpHandler {
  return httpHandler({ route: 'ready', metrics }, async () => {
    const loaded = await model();
    await tryOut(loaded);
    return { body: { status: 'ready', model_version: loaded.knowledge.bundle.version } };
  });
}

export const handler = withOwnServices(createReadyHandler);
