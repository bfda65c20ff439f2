/** The vault that guards tenant keys, and the keys derived from one. */
import { createHmac, hkdfSync } from 'node:crypto';
import { KEY_BYTES, open, seal } from './envelope.ts';

/** Wraps tenant keys with a key that never leaves it: KMS in AWS, a key file on one machine. */
export interface KeyVault {
  wrap(tenant: string, key: Uint8Array): Promise<Uint8Array>;
  /** @throws Error where the wrapped key is not this tenant's or was changed. */
  unwrap(tenant: string, wrapped: Uint8Array): Promise<Uint8Array>;
}

/**
 * @param masterKey 32 bytes.
 * @throws RangeError where it is of another length.
 */
export function createLocalKeyVault(masterKey: Uint8Array): KeyVault {
  if (masterKey.length !== KEY_BYTES)
    throw new RangeError(`The master key has ${masterKey.length} bytes, not ${KEY_BYTES}`);
  const place = (tenant: string) => ({ tenant, table: 'key-vault', id: 'tenant', attribute: 'key' });
  return {
    wrap: async (tenant, key) => seal(masterKey, place(tenant), key),
    unwrap: async (tenant, wrapped) => open(masterKey, place(tenant), wrapped),
  };
}

/** What a tenant's key is used for: one derived key a purpose, so that no value of one helps with another. */
export interface TenantKeys {
  /** Encrypts data keys. */
  readonly wrapping: Uint8Array;
  /** Encrypts answers that are kept for a day to be replayed. */
  readonly replay: Uint8Array;
  /** Hash of a patient id. */
  patientHash(patientId: string): string;
  /** Fingerprint of an input or a body: a plain hash of a few findings could be guessed. */
  fingerprint(text: string): string;
}

export function deriveTenantKeys(tenantKey: Uint8Array): TenantKeys {
  const derive = (purpose: string) =>
    new Uint8Array(hkdfSync('sha256', tenantKey, '', `centinela/${purpose}/1`, KEY_BYTES));
  const patients = derive('patient-hash');
  const fingerprints = derive('fingerprint');
  return {
    wrapping: derive('wrapping'),
    replay: derive('replay'),
    patientHash: (patientId) => keyedHash(patients, patientId),
    fingerprint: (text) => keyedHash(fingerprints, text),
  };
}

/** HMAC-SHA-256 in base64url: 43 characters. */
export function keyedHash(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}
