import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { addressIn, smokeTests } from '../../scripts/smoke/tests.ts';

type Answer = readonly [status: number, body: unknown];

const FINE: Readonly<Record<string, Answer>> = {
  'GET /live/v1/health': [200, { status: 'ok' }],
  'GET /live/v1/ready': [200, { status: 'ready', model_version: '1' }],
  'GET /live/v1/openapi.json': [200, { openapi: '3.1.0' }],
  'POST /live/v1/predict': [401, { code: 'UNAUTHORIZED' }],
  'GET /live/v1/nothing': [404, { code: 'NOT_FOUND' }],
};

let server: Server | undefined;
afterEach(() => server?.close());

/** A stage that answers so; its address. */
async function stage(answers: Readonly<Record<string, Answer>>): Promise<string> {
  const made = createServer((request, response) => {
    const [status, body] = answers[`${request.method} ${request.url}`] ?? [500, {}];
    response.writeHead(status, { connection: 'close' }).end(JSON.stringify(body));
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}/live/`;
}

describe('smokeTests', () => {
  it('finds no fault with a stage that answers as it should', async () => {
    const address = await stage(FINE);

    expect(await smokeTests(address)).toEqual([]);
  });

  it.each<[string, Answer, string]>([
    ['GET /live/v1/ready', [503, {}], 'GET v1/ready: 503 instead of 200'],
    ['POST /live/v1/predict', [200, {}], 'POST v1/predict: 200 instead of 401'],
    [
      'GET /live/v1/nothing',
      [404, { message: 'x' }],
      'GET v1/nothing: code is undefined instead of "NOT_FOUND"',
    ],
  ])('tells of %s that answers %j', async (route, answer, fault) => {
    const address = await stage({ ...FINE, [route]: answer });

    expect(await smokeTests(address)).toEqual([fault]);
  });
});

describe('addressIn', () => {
  it('is what the API’s stack says of itself', () => {
    const outputs = { 'Centinela-dev-Data': {}, 'Centinela-dev-Api': { Address: 'https://api.example.org' } };

    expect(addressIn(outputs)).toBe('https://api.example.org/');
  });

  it('says what is missing', () => {
    expect(() => addressIn({ 'Centinela-dev-Data': {} })).toThrow('no stack …-Api with an output Address');
  });
});
