/** The store that handlers see: five tables and their keys behind a few verbs. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Caller } from '../../api/claims.ts';
import type { FeedbackRequest } from '../../api/schemas/feedback.ts';
import type { Severity } from '../../core/types.ts';
import type { Clock, NewId } from '../clock.ts';
import type { KeyVault } from '../key-vault.ts';
import { canonicalJson } from './canonical-json.ts';
import { createDatabase } from './database.ts';
import { createFeedback } from './feedback.ts';
import { createInputs } from './inputs.ts';
import { createOperations, type Operations } from './operations.ts';
import { createPatients } from './patients.ts';
import { createPredictions, subjectOf } from './predictions.ts';
import { createTenantKeyring } from './tenant-keys.ts';

export { StoreUnavailableError } from './database.ts';
export type { Outcome, RepeatableRequest } from './operations.ts';
export { ensureTables } from './tables.ts';

const SECONDS_PER_DAY = 86_400;

export interface StoreOptions {
  readonly client: DynamoDBClient;
  readonly vault: KeyVault;
  /** Before every table's name. */
  readonly prefix: string;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Days that predictions, inputs and feedback are kept. */
  readonly retentionDays: number;
}

export interface PredictionRecord {
  readonly caller: Caller;
  readonly requestId: string;
  /** As the hospital gave it: only its keyed hash is kept. */
  readonly patientId?: string | undefined;
  readonly predictionId: string;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  /** The canonical findings: JSON. */
  readonly input: unknown;
  /** The whole answer as given: JSON. */
  readonly answer: unknown;
  /** Null where the rules answered alone. */
  readonly modelVersion: string | null;
  readonly severity: Severity;
  /** The answer's `requires_immediate_attention`. */
  readonly urgent: boolean;
}

export interface FeedbackRecord {
  readonly caller: Caller;
  readonly feedbackId: string;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly feedback: FeedbackRequest;
}

/** All may throw StoreUnavailableError. */
export interface Store extends Operations {
  /** @throws Error where the prediction's id is taken. */
  recordPrediction(record: PredictionRecord): Promise<void>;
  /** @returns undefined for an unknown id, another tenant's, and one whose patient was erased. */
  getPrediction(
    tenant: string,
    predictionId: string,
  ): Promise<{ readonly answer: unknown; readonly createdAt: string } | undefined>;
  /**
   * The canonical findings behind a prediction.
   *
   * @returns undefined where {@link Store.getPrediction} gives none.
   */
  getInput(tenant: string, predictionId: string): Promise<unknown>;
  /**
   * Adding the same feedback id again changes nothing.
   *
   * @returns when it was received; undefined where {@link Store.getPrediction} gives none.
   */
  addFeedback(record: FeedbackRecord): Promise<{ readonly receivedAt: string } | undefined>;
}

export function createStore(options: StoreOptions): Store {
  const { client, vault, prefix, clock, newId, retentionDays } = options;
  const db = createDatabase(client, prefix, clock);
  const keysOf = createTenantKeyring(db, vault);
  const patients = createPatients(db, keysOf);
  const predictions = createPredictions(db);
  const inputs = createInputs(db);
  const feedbacks = createFeedback(db);

  const expiryOf = (createdAt: string) =>
    Math.floor(Date.parse(createdAt) / 1000) + retentionDays * SECONDS_PER_DAY;

  async function find(tenant: string, predictionId: string) {
    const item = await predictions.find(tenant, predictionId);
    const dataKey = item && (await patients.findDataKey(tenant, subjectOf(item)));
    return dataKey && { item, dataKey };
  }

  return {
    ...createOperations(db, keysOf, { clock, newId }),

    async recordPrediction(record) {
      const { caller, patientId, predictionId, createdAt } = record;
      const { tenant } = caller;
      const expiry = expiryOf(createdAt);
      const patient = patientId === undefined ? undefined : await patients.pseudonym(tenant, patientId);
      const dataKey =
        patient === undefined
          ? await patients.caseKey(tenant, predictionId, expiry)
          : await patients.dataKey(tenant, patient);
      const keys = await keysOf(tenant);
      const key = { tenant, prediction_id: predictionId, expires_at: expiry };
      const [isNew] = await Promise.all([
        predictions.add(
          {
            ...key,
            created_at: createdAt,
            user: caller.user,
            role: caller.role,
            request_id: record.requestId,
            ...(patient !== undefined && { patient }),
            input_hmac: keys.fingerprint(canonicalJson(record.input)),
            model_version: record.modelVersion,
            severity: record.severity,
            requires_immediate_attention: record.urgent,
            answer: record.answer,
          },
          dataKey,
        ),
        inputs.add({ ...key, input: record.input }, dataKey),
      ]);
      if (!isNew) throw new Error('The prediction id is taken');
    },

    async getPrediction(tenant, predictionId) {
      const found = await find(tenant, predictionId);
      return (
        found && {
          answer: predictions.openAnswer(found.item, found.dataKey),
          createdAt: found.item.created_at,
        }
      );
    },

    async getInput(tenant, predictionId) {
      const found = await find(tenant, predictionId);
      return found && inputs.open(tenant, predictionId, found.dataKey);
    },

    async addFeedback({ caller, feedbackId, createdAt, feedback }) {
      const found = await find(caller.tenant, feedback.prediction_id);
      if (found === undefined) return undefined;
      const receivedAt = await feedbacks.add(
        {
          ...feedback,
          tenant: caller.tenant,
          feedback_id: feedbackId,
          created_at: createdAt,
          user: caller.user,
          role: caller.role,
          expires_at: expiryOf(createdAt),
        },
        found.dataKey,
      );
      return { receivedAt };
    },
  };
}
