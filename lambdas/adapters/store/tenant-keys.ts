/** A tenant's keys: made on its first use, kept wrapped among the patients' keys, unwrapped once a process. */
import { newKey } from '../envelope.ts';
import { deriveTenantKeys, type KeyVault, type TenantKeys } from '../key-vault.ts';
import type { Database, Item } from './database.ts';

interface TenantKeyItem extends Item {
  readonly id: string;
  readonly wrapped_key: Uint8Array;
}

const ID = 'tenant-key';

export type TenantKeyring = (tenant: string) => Promise<TenantKeys>;

export function createTenantKeyring(db: Database, vault: KeyVault): TenantKeyring {
  const known = new Map<string, Promise<TenantKeys>>();

  async function load(tenant: string): Promise<TenantKeys> {
    const stored = (await read(tenant)) ?? (await create(tenant));
    return deriveTenantKeys(await vault.unwrap(tenant, stored.wrapped_key));
  }

  const read = (tenant: string) => db.get<TenantKeyItem>('patients', tenant, ID);

  /** Of several processes that make the key at once one wins, and the others take its key. */
  async function create(tenant: string): Promise<TenantKeyItem> {
    const item: TenantKeyItem = { tenant, id: ID, wrapped_key: await vault.wrap(tenant, newKey()) };
    if (await db.putNew('patients', item)) return item;
    const winner = await read(tenant);
    if (winner === undefined) throw new Error('The tenant key vanished while it was being made');
    return winner;
  }

  return (tenant) => {
    const cached = known.get(tenant);
    if (cached !== undefined) return cached;
    const loading = load(tenant);
    known.set(tenant, loading);
    // A failure is not remembered: the next request asks again.
    loading.catch(() => known.delete(tenant));
    return loading;
  };
}
