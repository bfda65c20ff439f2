import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientParameter, usageKey } from '../../lambdas/adapters/hospital-names.ts';

describe('usageKey', () => {
  const tenant = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);

  it('is what API Gateway takes for a key', () => {
    fc.assert(
      fc.property(tenant, (name) => {
        expect(usageKey('prod', name)).toMatch(/^[0-9a-f]{20,128}$/);
      }),
    );
  });

  it('is one for each tenant of each stage', () => {
    const keys = ['dev', 'prod'].flatMap((stage) => ['a', 'b'].map((name) => usageKey(stage, name)));

    expect(new Set(keys).size).toBe(4);
  });

  it('never changes: keys in AWS were made with it', () => {
    expect(usageKey('prod', 'hospital-a')).toBe(
      '7d417fcb88f49bbe444885158d453b3e9cca21ae39405a7dcf875f465444d729',
    );
  });
});

describe('clientParameter', () => {
  it('tells stages apart', () => {
    expect(clientParameter('dev', 'abc')).toBe('/centinela/dev/clients/abc');
  });
});
