/** The local server under load, over HTTP on loopback with connections that are kept. */

import { Agent, request } from 'node:http';
import type { LocalServer } from '../deploy/local-server.ts';
import { type Figure, figure } from './figures.ts';
import { requestOf } from './request.ts';

const FINDINGS = 8;
const PER_SECOND = 100;
const SECONDS = 20;
const WARM = 200;
/** Requests one after the other, by whether they ask for reasons. */
const ONE_BY_ONE = { plain: 500, explained: 100 };

export interface Client {
  /** Milliseconds from asking to the last byte of the answer. @throws Error where it is not a 200. */
  send(): Promise<number>;
  close(): void;
}

export function createClient({ url, token }: Pick<LocalServer, 'url' | 'token'>, body: unknown): Client {
  const agent = new Agent({ keepAlive: true });
  const text = JSON.stringify(body);
  const options = {
    agent,
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(text),
      Authorization: `Bearer ${token}`,
    },
  };
  const ask = (start: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const asked = request(`${url}/v1/predict`, options, (response) => {
        if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`));
        response.resume().once('end', () => resolve(performance.now() - start));
      });
      asked.once('error', (error: NodeJS.ErrnoException) => {
        // The server closed an idle connection as it was taken up again: the caller's to repeat.
        if (asked.reusedSocket && error.code === 'ECONNRESET') resolve(ask(start));
        else reject(error);
      });
      asked.end(text);
    });
  return {
    send: () => ask(performance.now()),
    close: () => agent.destroy(),
  };
}

/** At a steady rate, and as fast as one caller can. */
export async function load(server: LocalServer): Promise<Figure[]> {
  const plain = createClient(server, requestOf(FINDINGS));
  const explained = createClient(server, requestOf(FINDINGS, true));
  for (let i = 0; i < WARM; i++) await plain.send();
  const figures = [
    ...(await steadily(plain)),
    ...(await oneByOne('not explained', plain, ONE_BY_ONE.plain)),
    ...(await oneByOne('explained', explained, ONE_BY_ONE.explained)),
  ];
  plain.close();
  explained.close();
  return figures;
}

/**
 * Each request goes when its time has come, whether those before it were answered or not. Where the server falls so far
 * behind that it refuses some, the times are of the others, and the row says how many.
 */
async function steadily(client: Client): Promise<Figure[]> {
  const all = PER_SECOND * SECONDS;
  const asked: Promise<number | undefined>[] = [];
  const start = performance.now();
  while (asked.length < all) {
    const due = start + (asked.length * 1_000) / PER_SECOND;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((done) => setTimeout(done, wait));
    // A timer that comes late is no excuse: the caller waited from when it was due.
    const late = performance.now() - due;
    asked.push(
      client.send().then(
        (ms) => ms + late,
        () => undefined,
      ),
    );
  }
  const times = (await Promise.all(asked)).filter((ms) => ms !== undefined);
  const rate = (times.length * 1_000) / (performance.now() - start);
  const refused = all === times.length ? '' : `, ${all - times.length} of ${all} refused`;
  const what = `HTTP, ${PER_SECOND} requests a second, ${FINDINGS} findings, not explained${refused}`;
  return [figure(what, 'ms', [times]), figure('requests a second answered at that', '1/s', [[rate]])];
}

async function oneByOne(told: string, client: Client, requests: number): Promise<Figure[]> {
  const times: number[] = [];
  const start = performance.now();
  for (let i = 0; i < requests; i++) times.push(await client.send());
  const rate = (requests * 1_000) / (performance.now() - start);
  return [
    figure(`HTTP, one by one, ${FINDINGS} findings, ${told}`, 'ms', [times]),
    figure(`requests a second, one by one, ${told}`, '1/s', [[rate]]),
  ];
}
