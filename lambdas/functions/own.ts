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
