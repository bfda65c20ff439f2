import { ownServices, type Services } from '../adapters/services.ts';
import type { HttpHandler } from './http.ts';

/** A handler made with the process's own services, on its first request. */
export function withOwnServices(create: (services: Services) => HttpHandler): HttpHandler {
  let handler: HttpHandler | undefined;
  return (event) => {
    handler ??= create(ownServices());
    return handler(event);
  };
}

/**
 * Does in Lambda's init phase what the first request would wait for, so that an environment that is kept warm answers
 * its first request as it does the others. Elsewhere nothing: the settings come after the import.
 *
 * Whatever fails is the first request's to tell.
 */
export async function inInitPhase(prepare: (services: Services) => Promise<unknown>): Promise<void> {
  if (process.env.AWS_LAMBDA_FUNCTION_NAME === undefined) return;
  try {
    await prepare(ownServices());
  } catch {
    // Said above.
  }
}
