/** Lambda's Runtime API for one function: hands it events one after the other and takes its answers. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface RuntimeApi {
  /** For the variable `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  /** Settles when the function has been loaded and asks for its first event, or could not be loaded. */
  readonly ready: Promise<void>;
  /** One event at a time. @returns what the function answered. @throws Error with what it failed with. */
  invoke(event: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** Milliseconds that a function has for an event. */
const DEADLINE_MS = 15_000;

export async function startRuntimeApi(arn: string): Promise<RuntimeApi> {
  const loaded = Promise.withResolvers<void>();
  let next = Promise.withResolvers<ServerResponse>();
  const answers = new Map<string, PromiseWithResolvers<unknown>>();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.replace('/2018-06-01/runtime/', '') ?? '';
    if (path === 'invocation/next') {
      loaded.resolve();
      next.resolve(response);
      return;
    }
    const told = await text(request);
    response.writeHead(202).end();
    if (path === 'init/error') loaded.reject(new Error(told));
    const [, id = '', outcome] = path.split('/');
    if (outcome === 'response') answers.get(id)?.resolve(JSON.parse(told));
    if (outcome === 'error') answers.get(id)?.reject(new Error(told));
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  // A function waits for its next event as long as it takes.
  server.requestTimeout = 0;
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    ready: loaded.promise,
    async invoke(event) {
      const response = await next.promise;
      next = Promise.withResolvers();
      const id = crypto.randomUUID();
      const answer = Promise.withResolvers<unknown>();
      answers.set(id, answer);
      response
        .writeHead(200, {
          'Content-Type': 'application/json',
          'Lambda-Runtime-Aws-Request-Id': id,
          'Lambda-Runtime-Deadline-Ms': String(Date.now() + DEADLINE_MS),
          'Lambda-Runtime-Invoked-Function-Arn': arn,
        })
        .end(JSON.stringify(event));
      return answer.promise.finally(() => answers.delete(id));
    },
    close: () => new Promise((done) => server.close(() => done()).closeAllConnections()),
  };
}
