/** Table `predictions`: what was answered, to whom, by which model. Append-only. */
import type { Severity } from '../../core/types.ts';
import { openJson, sealJson } from '../envelope.ts';
import type { Database, Item } from './database.ts';

interface PredictionItem extends Item {
  readonly prediction_id: string;
  /** RFC 3339, UTC. */
  readonly created_at: string;
  readonly user: string;
  readonly role: string;
  readonly request_id: string;
  /** Pseudonym; missing where no patient id was given. */
  readonly patient?: string;
  /** Keyed hash of the input: tells equal inputs without showing them. */
  readonly input_hmac: string;
  readonly model_version: string | null;
  readonly severity: Severity;
  readonly requires_immediate_attention: boolean;
  /** The whole answer, encrypted. */
  readonly answer: Uint8Array;
  readonly expires_at: number;
}

/** A prediction to be kept: the item's attributes, with the answer as it was given. */
export type NewPrediction = Omit<PredictionItem, 'answer'> & { readonly answer: unknown };

export interface Predictions {
  /** @returns false where the id is taken: nothing is ever overwritten. */
  add(prediction: NewPrediction, dataKey: Uint8Array): Promise<boolean>;
  find(tenant: string, predictionId: string): Promise<PredictionItem | undefined>;
  /** @throws EnvelopeError */
  openAnswer(item: PredictionItem, dataKey: Uint8Array): unknown;
}

/** Whose data key opens what belongs to a prediction: the patient's, or the prediction's own. */
export const subjectOf = ({ patient, prediction_id }: { patient?: string; prediction_id: string }): string =>
  patient ?? prediction_id;

export function createPredictions(db: Database): Predictions {
  const placeOf = (tenant: string, id: string) => ({ tenant, table: 'predictions', id, attribute: 'answer' });
  return {
    add(prediction, dataKey) {
      const { tenant, prediction_id, answer } = prediction;
      const item: PredictionItem = {
        ...prediction,
        answer: sealJson(dataKey, placeOf(tenant, prediction_id), answer),
      };
      return db.putNew('predictions', item);
    },
    find: (tenant, predictionId) => db.get<PredictionItem>('predictions', tenant, predictionId),
    openAnswer: ({ tenant, prediction_id, answer }, dataKey) =>
      openJson(dataKey, placeOf(tenant, prediction_id), answer),
  };
}
