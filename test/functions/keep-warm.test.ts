import { describe, expect, it } from 'vitest';
import { createKeepWarm } from '../../lambdas/functions/keep-warm.ts';

function setUp(rolloutUnderWay: () => Promise<boolean>) {
  const warmed: number[] = [];
  const keepWarm = createKeepWarm({
    rolloutUnderWay,
    warm: async (instances) => void warmed.push(instances),
    logger: { info: () => undefined },
  });
  return { keepWarm, warmed };
}

describe('the warm schedule', () => {
  it('keeps as many as the hour asks for', async () => {
    const { keepWarm, warmed } = setUp(async () => false);

    await keepWarm({ instances: 4 });

    expect(warmed).toEqual([4]);
  });

  it('is paused by a rollout, and goes on after it', async () => {
    const underWay = [true, false];
    const { keepWarm, warmed } = setUp(async () => underWay.shift() ?? false);

    await keepWarm({ instances: 4 });
    expect(warmed).toEqual([]);
    await keepWarm({ instances: 4 });

    expect(warmed).toEqual([4]);
  });

  it('changes nothing where nobody knows whether there is one', async () => {
    const { keepWarm, warmed } = setUp(() => Promise.reject(new Error('AccessDenied')));

    await expect(keepWarm({ instances: 4 })).rejects.toThrow('AccessDenied');

    expect(warmed).toEqual([]);
  });
});
