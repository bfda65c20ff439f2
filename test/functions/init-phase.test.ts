import { afterEach, describe, expect, it, vi } from 'vitest';
import { inInitPhase } from '../../lambdas/functions/own.ts';

afterEach(() => {
  vi.unstubAllEnvs();
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
