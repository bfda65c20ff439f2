/** What a deployed stage must answer to whoever has no token. */

/** Milliseconds for an answer: the first one loads the models. */
const PATIENCE = 20_000;

interface Expected {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly status: number;
  /** Fields of the JSON body, and their values. */
  readonly body: Readonly<Record<string, unknown>>;
}

const EXPECTED: readonly Expected[] = [
  { method: 'GET', path: 'v1/health', status: 200, body: { status: 'ok' } },
  // It runs the models.
  { method: 'GET', path: 'v1/ready', status: 200, body: { status: 'ready' } },
  { method: 'GET', path: 'v1/openapi.json', status: 200, body: { openapi: '3.1.0' } },
  { method: 'POST', path: 'v1/predict', status: 401, body: { code: 'UNAUTHORIZED' } },
  { method: 'GET', path: 'v1/nothing', status: 404, body: { code: 'NOT_FOUND' } },
];

/**
 * The API's address in what `cdk deploy --outputs-file` has written.
 *
 * @throws Error where there is none.
 */
export function addressIn(outputs: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  const stack = Object.keys(outputs).find((name) => name.endsWith('-Api'));
  const address = stack && outputs[stack]?.Address;
  if (address === undefined) throw new Error('no stack …-Api with an output Address is in the file');
  return address.endsWith('/') ? address : `${address}/`;
}

/** @returns what was answered otherwise than expected, in words. */
export async function smokeTests(address: string): Promise<string[]> {
  const faults = await Promise.all(EXPECTED.map((expected) => faultOf(address, expected)));
  return faults.filter((fault) => fault !== undefined);
}

async function faultOf(
  address: string,
  { method, path, status, body }: Expected,
): Promise<string | undefined> {
  const what = `${method} ${path}`;
  try {
    const response = await fetch(new URL(path, address), { method, signal: AbortSignal.timeout(PATIENCE) });
    if (response.status !== status) return `${what}: ${response.status} instead of ${status}`;
    const answer = (await response.json()) as Record<string, unknown>;
    const wrong = Object.entries(body).find(([field, value]) => answer[field] !== value);
    return (
      wrong &&
      `${what}: ${wrong[0]} is ${JSON.stringify(answer[wrong[0]])} instead of ${JSON.stringify(wrong[1])}`
    );
  } catch (error) {
    return `${what}: ${error instanceof Error ? error.message : error}`;
  }
}
