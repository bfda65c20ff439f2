/** The vault in AWS: tenant keys wrapped by a KMS key that never leaves KMS. */
import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import type { KeyVault } from './key-vault.ts';

/**
 * @param keyId ARN or alias of a symmetric KMS key. The tenant is the encryption context: a key wrapped for one tenant
 * cannot be unwrapped for another, and CloudTrail says whose it was.
 */
export function createKmsKeyVault(keyId: string, client = new KMSClient({ maxAttempts: 3 })): KeyVault {
  const context = (tenant: string) => ({ tenant });
  return {
    async wrap(tenant, key) {
      const { CiphertextBlob } = await client.send(
        new EncryptCommand({ KeyId: keyId, Plaintext: key, EncryptionContext: context(tenant) }),
      );
      return given(CiphertextBlob);
    },
    async unwrap(tenant, wrapped) {
      const { Plaintext } = await client.send(
        new DecryptCommand({ KeyId: keyId, CiphertextBlob: wrapped, EncryptionContext: context(tenant) }),
      );
      return given(Plaintext);
    },
  };
}

function given(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined) throw new TypeError('KMS answered without a key');
  return bytes;
}
