/** What the handlers need of the outside world: made once a warm process, from the environment. */

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { BundleError, DEFAULT_MODEL_DIR } from './bundle.ts';
import { type Clock, type NewId, newUuid, systemClock } from './clock.ts';
import { createDynamoClient } from './dynamo.ts';
import { createLocalKeyVault } from './key-vault.ts';
import { loadModel, type Model } from './model.ts';
import { createStore, type Store } from './store/index.ts';

export interface Services {
  /** Loaded on the first call; a bundle that was refused is refused again, any other failure is not kept. */
  readonly model: () => Promise<Model>;
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** A variable of the environment is missing or cannot be used; the message names it. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

const settingsSchema = z.object({
  /** Folder of the model bundle. */
  CENTINELA_MODEL_DIR: z.string().min(1).default(DEFAULT_MODEL_DIR),
  /** Of a local database; AWS's own without it. */
  CENTINELA_DYNAMODB_ENDPOINT: z.url().optional(),
  /** Before every table's name. */
  CENTINELA_TABLE_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,64}$/)
    .default('centinela'),
  /** File with the 32 bytes that guard the tenants' keys. */
  CENTINELA_MASTER_KEY_FILE: z.string().min(1),
  /** Days that predictions, inputs and feedback are kept: seven years with their leap days. */
  CENTINELA_RETENTION_DAYS: z.coerce.number().int().min(1).max(36_525).default(2557),
});

type Settings = z.infer<typeof settingsSchema>;

/** @throws SettingsError */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const parsed = settingsSchema.safeParse(env);
  if (parsed.success) return parsed.data;
  throw new SettingsError(
    parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
  );
}

/** @throws SettingsError where the master key cannot be read. */
export function createServices(settings: Settings): Services {
  let model: Promise<Model> | undefined;
  return {
    model: () => {
      model ??= loadModel(settings.CENTINELA_MODEL_DIR).catch((error) => {
        if (!(error instanceof BundleError)) model = undefined;
        throw error;
      });
      return model;
    },
    store: createStore({
      client: createDynamoClient(settings.CENTINELA_DYNAMODB_ENDPOINT),
      vault: createLocalKeyVault(readMasterKey(settings.CENTINELA_MASTER_KEY_FILE)),
      prefix: settings.CENTINELA_TABLE_PREFIX,
      clock: systemClock,
      newId: newUuid,
      retentionDays: settings.CENTINELA_RETENTION_DAYS,
    }),
    clock: systemClock,
    newId: newUuid,
  };
}

function readMasterKey(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch {
    throw new SettingsError(`CENTINELA_MASTER_KEY_FILE: ${file} cannot be read`);
  }
}

let services: Services | undefined;

/** The process's own services, made when first asked for. */
export function ownServices(): Services {
  services ??= createServices(readSettings(process.env));
  return services;
}
