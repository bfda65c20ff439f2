/** What the command asks of AWS: clients of the user pool, whose they are, and keys of the usage plan. */

/** An app client as it was made: the secret is told this once. */
export interface NewClient {
  readonly id: string;
  readonly secret: string;
}

/** A key of the usage plan. */
export interface Key {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
}

/** A hospital's app client. */
export interface Client {
  readonly id: string;
  readonly name: string;
}

export interface Cloud {
  clients(): Promise<readonly Client[]>;
  createClient(name: string): Promise<NewClient>;
  deleteClient(id: string): Promise<void>;
  /** Tenant that the client's tokens get; undefined where nobody wrote it down. */
  tenantOf(clientId: string): Promise<string | undefined>;
  bind(clientId: string, tenant: string): Promise<void>;
  unbind(clientId: string): Promise<void>;
  /** Keys whose name begins like this. */
  keys(prefix: string): Promise<readonly Key[]>;
  createKey(name: string, value: string): Promise<Key>;
  enableKey(id: string, enabled: boolean): Promise<void>;
  /** @returns whether it was not in the plan before. */
  addToPlan(keyId: string): Promise<boolean>;
}
