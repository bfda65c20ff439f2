/** A hospital of a stage: made, listed, taken away. Each step finds what an earlier run left and goes on from there. */
import { usageKey } from '../../lambdas/adapters/hospital-names.ts';
import { GOLDEN_TENANT, isTenant } from '../../lambdas/api/claims.ts';
import type { Client, Cloud, Key } from './cloud.ts';

/** What a person at the keyboard can mend. */
export class HospitalError extends Error {
  override readonly name = 'HospitalError';
}

/** What a hospital consists of besides its data, which come with its first request. */
export interface Hospital {
  readonly tenant: string;
  readonly clientId: string | undefined;
  readonly keyEnabled: boolean;
}

/** What {@link addHospital} found and did. */
export interface Added {
  readonly tenant: string;
  readonly clientId: string;
  /** Told only when the client is made. */
  readonly secret: string | undefined;
  /** In words; empty where everything was there. */
  readonly done: readonly string[];
}

const PREFIX = 'hospital-';
const clientName = (tenant: string) => `${PREFIX}${tenant}`;
const keyName = (stage: string, tenant: string) => `centinela-${stage}-${tenant}`;

/**
 * Makes what is missing of a hospital: its key in the usage plan, its app client, the client's tenant. The tenant's own
 * encryption key is made and wrapped by the first request that stores something.
 *
 * @throws HospitalError where the name is no tenant, or the client speaks for another.
 */
export async function addHospital(cloud: Cloud, stage: string, tenant: string): Promise<Added> {
  checkTenant(tenant);
  const done: string[] = [];

  const name = keyName(stage, tenant);
  const found = await findKey(cloud, name);
  const key = found ?? (await cloud.createKey(name, usageKey(stage, tenant)));
  if (found === undefined) done.push('API key made');
  if (!key.enabled) {
    await cloud.enableKey(key.id, true);
    done.push('API key enabled again');
  }
  if (await cloud.addToPlan(key.id)) done.push('API key put into the usage plan');

  const existing = await findClient(cloud, tenant);
  const made = existing === undefined ? await cloud.createClient(clientName(tenant)) : undefined;
  if (made !== undefined) done.push('App client made');
  const clientId = (existing ?? made)?.id as string;

  const bound = await cloud.tenantOf(clientId);
  if (bound !== undefined && bound !== tenant)
    throw new HospitalError(`Client ${clientId} speaks for "${bound}", not for "${tenant}"`);
  if (bound === undefined) {
    await cloud.bind(clientId, tenant);
    done.push('Client bound to the hospital');
  }
  return { tenant, clientId, secret: made?.secret, done };
}

/** The stage's hospitals, by name. */
export async function listHospitals(cloud: Cloud, stage: string): Promise<readonly Hospital[]> {
  const prefix = keyName(stage, '');
  const [keys, clients] = await Promise.all([cloud.keys(prefix), cloud.clients()]);
  return keys
    .map(({ name, enabled }) => {
      const tenant = name.slice(prefix.length);
      const clientId = clients.find((client) => client.name === clientName(tenant))?.id;
      return { tenant, clientId, keyEnabled: enabled };
    })
    .sort((a, b) => a.tenant.localeCompare(b.tenant));
}

/**
 * Shuts a hospital out: its key is disabled, which refuses the tokens that it still has, then its client goes. What was
 * stored for it stays.
 *
 * @returns what was done, in words; empty where it was out already.
 * @throws HospitalError where there is none of this name.
 */
export async function removeHospital(
  cloud: Cloud,
  stage: string,
  tenant: string,
): Promise<readonly string[]> {
  checkTenant(tenant);
  const key = await findKey(cloud, keyName(stage, tenant));
  if (key === undefined) throw new HospitalError(`There is no hospital "${tenant}" in ${stage}`);
  const done: string[] = [];
  if (key.enabled) {
    await cloud.enableKey(key.id, false);
    done.push('API key disabled');
  }
  const client = await findClient(cloud, tenant);
  if (client !== undefined) {
    await cloud.deleteClient(client.id);
    await cloud.unbind(client.id);
    done.push('App client deleted');
  }
  return done;
}

function checkTenant(tenant: string): void {
  if (!isTenant(tenant))
    throw new HospitalError(
      `NAME: given ${JSON.stringify(tenant)}; it takes 1 to 64 letters, digits, ".", "_" and "-", a letter or digit first`,
    );
  if (tenant === GOLDEN_TENANT)
    throw new HospitalError(
      `NAME: given "${tenant}", in whose name every rollout asks; the authorizer refuses its tokens`,
    );
}

async function findKey(cloud: Cloud, name: string): Promise<Key | undefined> {
  return (await cloud.keys(name)).find((key) => key.name === name);
}

async function findClient(cloud: Cloud, tenant: string): Promise<Client | undefined> {
  return (await cloud.clients()).find(({ name }) => name === clientName(tenant));
}
