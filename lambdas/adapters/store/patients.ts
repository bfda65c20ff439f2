/**
 * Table `patients`: the keys under which patients' data stands elsewhere.
 *
 * A link item, found by the keyed hash of the patient id, holds a random salt; the salt and the hash give the
 * pseudonym that predictions carry. A key item, found by the pseudonym, holds the patient's wrapped data key. With
 * both gone, what stands elsewhere can be neither read nor linked to the patient id. A prediction without patient
 * id has a key item of its own.
 */
import { randomBytes } from 'node:crypto';
import { KEY_BYTES, newKey, open, seal } from '../envelope.ts';
import { keyedHash } from '../key-vault.ts';
import type { Database, Item } from './database.ts';
import type { TenantKeyring } from './tenant-keys.ts';

interface LinkItem extends Item {
  readonly id: string;
  readonly salt: Uint8Array;
}

interface KeyItem extends Item {
  readonly id: string;
  readonly wrapped_key: Uint8Array;
}

export interface Patients {
  /** The patient's pseudonym: the same for the same tenant and patient id. Made on first use. */
  pseudonym(tenant: string, patientId: string): Promise<string>;
  /** The patient's data key, made on first use; it stays until it is erased. */
  dataKey(tenant: string, pseudonym: string): Promise<Uint8Array>;
  /**
   * The data key of a prediction without patient id.
   *
   * @param expiresAt seconds since the epoch.
   */
  caseKey(tenant: string, predictionId: string, expiresAt: number): Promise<Uint8Array>;
  /**
   * The data key of a pseudonym, or of a prediction's own id.
   *
   * @returns undefined where the key is gone: what it encrypted cannot be read any more.
   */
  findDataKey(tenant: string, subject: string): Promise<Uint8Array | undefined>;
}

export function createPatients(db: Database, keysOf: TenantKeyring): Patients {
  const placeOf = (tenant: string, id: string) => ({
    tenant,
    table: 'patients',
    id,
    attribute: 'wrapped_key',
  });
  const keyId = (subject: string) => `key#${subject}`;

  /** Of several processes that write the item at once one wins, and all go on with the winner's. */
  async function createOrGet<T extends Item & { id: string }>(item: T): Promise<T> {
    if (await db.putNew('patients', item)) return item;
    const winner = await db.get<T>('patients', item.tenant, item.id);
    if (winner === undefined) throw new Error('A patient item vanished while it was being made');
    return winner;
  }

  const keyItem = (tenant: string, subject: string, wrapping: Uint8Array): KeyItem => {
    const id = keyId(subject);
    return { tenant, id, wrapped_key: seal(wrapping, placeOf(tenant, id), newKey()) };
  };

  const unwrap = ({ tenant, id, wrapped_key }: KeyItem, wrapping: Uint8Array): Uint8Array =>
    open(wrapping, placeOf(tenant, id), wrapped_key);

  async function findDataKey(tenant: string, subject: string): Promise<Uint8Array | undefined> {
    const item = await db.get<KeyItem>('patients', tenant, keyId(subject));
    return item && unwrap(item, (await keysOf(tenant)).wrapping);
  }

  return {
    async pseudonym(tenant, patientId) {
      const hash = (await keysOf(tenant)).patientHash(patientId);
      const id = `link#${hash}`;
      const link =
        (await db.get<LinkItem>('patients', tenant, id)) ??
        (await createOrGet<LinkItem>({ tenant, id, salt: randomBytes(KEY_BYTES) }));
      return keyedHash(link.salt, hash);
    },

    async dataKey(tenant, pseudonym) {
      const found = await findDataKey(tenant, pseudonym);
      if (found !== undefined) return found;
      const { wrapping } = await keysOf(tenant);
      return unwrap(await createOrGet(keyItem(tenant, pseudonym, wrapping)), wrapping);
    },

    async caseKey(tenant, predictionId, expiresAt) {
      const { wrapping } = await keysOf(tenant);
      // Written without a look first: a prediction is new.
      const item = { ...keyItem(tenant, predictionId, wrapping), expires_at: expiresAt };
      return unwrap(await createOrGet(item), wrapping);
    },

    findDataKey,
  };
}
