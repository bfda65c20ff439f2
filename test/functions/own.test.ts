import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Services } from '../../lambdas/adapters/services.ts';
import { createHealthHandler } from '../../lambdas/functions/health.ts';
import { inInitPhase, withOwnServices } from '../../lambdas/functions/own.ts';
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

describe('inInitPhase', () => {
  it('does nothing outside Lambda, where the settings come after the import', async () => {
    const prepare = vi.fn();

    await inInitPhase(prepare);

    expect(prepare).not.toHaveBeenCalled();
  });

  it('leaves settings that cannot be used to the first request', async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'predict');
    const prepare = vi.fn();

    await inInitPhase(prepare);

    expect(prepare).not.toHaveBeenCalled();
  });

  it('prepares in Lambda, and leaves a failure to the first request too', async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'predict');
    vi.stubEnv('CENTINELA_KMS_KEY', 'alias/tenants');
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    const prepare = vi.fn(async () => {
      throw new Error('no bundle');
    });

    await inInitPhase(prepare);

    expect(prepare).toHaveBeenCalledOnce();
  });
});
