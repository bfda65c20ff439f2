import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Services } from '../../lambdas/adapters/services.ts';
import { createHealthHandler } from '../../lambdas/functions/health.ts';
import { withOwnServices } from '../../lambdas/functions/own.ts';
import { httpEvent } from '../fixtures/http-event.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'centinela-'));
  writeFileSync(join(folder, 'master.key'), Buffer.alloc(32, 1));
  vi.stubEnv('CENTINELA_MASTER_KEY_FILE', join(folder, 'master.key'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it('makes a handler on the first request and keeps it, with the services of the process', async () => {
  const create = vi.fn((services: Services) => createHealthHandler(services));
  const handler = withOwnServices(create);
  expect(create).not.toHaveBeenCalled();

  const answers = [await handler(httpEvent({})), await handler(httpEvent({}))];
  await withOwnServices(create)(httpEvent({}));

  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  const [[first] = [], [second] = []] = create.mock.calls;
  expect(create).toHaveBeenCalledTimes(2);
  expect(first).toBe(second);
});
