import { describe, expect, it } from 'vitest';
import { newKey } from '../../lambdas/adapters/envelope.ts';
import { createLocalKeyVault, deriveTenantKeys } from '../../lambdas/adapters/key-vault.ts';

describe('the local vault', () => {
  it('unwraps what it wrapped for the same tenant', async () => {
    const vault = createLocalKeyVault(newKey());
    const key = newKey();
    const wrapped = await vault.wrap('hospital-a', key);
    expect(Buffer.from(await vault.unwrap('hospital-a', wrapped))).toEqual(key);
    expect(Buffer.from(wrapped).includes(key)).toBe(false);
  });

  it('unwraps for no other tenant and with no other master key', async () => {
    const vault = createLocalKeyVault(newKey());
    const wrapped = await vault.wrap('hospital-a', newKey());
    await expect(vault.unwrap('hospital-b', wrapped)).rejects.toThrow();
    await expect(createLocalKeyVault(newKey()).unwrap('hospital-a', wrapped)).rejects.toThrow();
  });
});

describe('the keys of a tenant', () => {
  it('are the same for the same tenant key, and one differs from the other', () => {
    const tenantKey = newKey();
    const keys = deriveTenantKeys(tenantKey);
    const again = deriveTenantKeys(tenantKey);
    expect(again.wrapping).toEqual(keys.wrapping);
    expect(again.patientHash('anon_1')).toBe(keys.patientHash('anon_1'));
    expect(keys.wrapping).not.toEqual(keys.replay);
    expect(keys.patientHash('anon_1')).not.toBe(keys.fingerprint('anon_1'));
    expect(keys.wrapping).not.toEqual(new Uint8Array(tenantKey));
  });

  it('hash a patient id differently for each tenant', () => {
    const a = deriveTenantKeys(newKey()).patientHash('anon_1');
    const b = deriveTenantKeys(newKey()).patientHash('anon_1');
    expect(a).toMatch(/^[\w-]{43}$/);
    expect(a).not.toBe(b);
  });
});

it('refuses a master key that was cut short', () => {
  expect(() => createLocalKeyVault(new Uint8Array(5))).toThrow('The master key has 5 bytes, not 32');
});
