/** What the handlers need of the outside world: made once a warm process, from the environment. */

import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { BundleError, DEFAULT_MODEL_DIR, modelFolder } from './bundle.ts';
import { type Clock, type NewId, newUuid, systemClock } from './clock.ts';
import { createDynamoClient } from './dynamo.ts';
import { createLocalKeyVault, type KeyVault } from './key-vault.ts';
import { createKmsKeyVault } from './kms-key-vault.ts';
import type { Metrics } from './metrics.ts';
import { ownMetrics } from './metrics-emf.ts';
import { loadModel, type Model } from './model.ts';
import { type CardFile, loadModelCard } from './model-card.ts';
import { createStore, type Store } from './store/index.ts';

export interface Services {
  /** Loaded on the first call. */
  readonly model: () => Promise<Model>;
  /** Read on the first call; null where the bundle has none of its own. */
  readonly card: () => Promise<CardFile | null>;
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly metrics: Metrics;
}

/** A variable of the environment is missing or cannot be used; the message names it. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

const settingsSchema = z
  .object({
    /** Folder of the model bundle, or the package that holds it. */
    CENTINELA_MODEL_DIR: z.string().min(1).default(DEFAULT_MODEL_DIR),
    /** Of a local database; AWS's own without it. */
    CENTINELA_DYNAMODB_ENDPOINT: z.url().optional(),
    /** Before every table's name. */
    CENTINELA_TABLE_PREFIX: z
      .string()
      .regex(/^[A-Za-z0-9_.-]{1,64}$/)
      .default('centinela'),
    /** File with the 32 bytes that guard the tenants' keys on one machine. */
    CENTINELA_MASTER_KEY_FILE: z.string().min(1).optional(),
    /** ARN or alias of the KMS key that guards them in AWS. */
    CENTINELA_KMS_KEY: z.string().min(1).optional(),
    /** Days that predictions, inputs and feedback are kept: seven years with their leap days. */
    CENTINELA_RETENTION_DAYS: z.coerce.number().int().min(1).max(36_525).default(2557),
  })
  .refine(
    (given) => (given.CENTINELA_MASTER_KEY_FILE === undefined) !== (given.CENTINELA_KMS_KEY === undefined),
    {
      path: ['CENTINELA_MASTER_KEY_FILE'],
      message: 'either this or CENTINELA_KMS_KEY must be set, and not both',
    },
  );

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
  const folder = settings.CENTINELA_MODEL_DIR;
  return {
    model: once(async () => loadModel(modelFolder(folder))),
    card: once(async () => loadModelCard(modelFolder(folder))),
    store: createStore({
      client: createDynamoClient(settings.CENTINELA_DYNAMODB_ENDPOINT),
      vault: createVault(settings),
      prefix: settings.CENTINELA_TABLE_PREFIX,
      clock: systemClock,
      newId: newUuid,
      retentionDays: settings.CENTINELA_RETENTION_DAYS,
    }),
    clock: systemClock,
    newId: newUuid,
    metrics: ownMetrics(),
  };
}

/** A bundle that was refused is refused again, any other failure is not kept. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load().catch((error) => {
      if (!(error instanceof BundleError)) loaded = undefined;
      throw error;
    });
    return loaded;
  };
}

/** Exactly one of the two is set. */
function createVault({
  CENTINELA_KMS_KEY: kmsKey,
  CENTINELA_MASTER_KEY_FILE: file = '',
}: Settings): KeyVault {
  return kmsKey === undefined ? createLocalKeyVault(readMasterKey(file)) : createKmsKeyVault(kmsKey);
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
