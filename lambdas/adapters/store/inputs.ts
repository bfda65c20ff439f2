/** Table `inputs`: the canonical findings behind a prediction, encrypted. */
import { openJson, sealJson } from '../envelope.ts';
import type { Database, Item } from './database.ts';

interface InputItem extends Item {
  readonly prediction_id: string;
  /** Encrypted. */
  readonly input: Uint8Array;
  readonly expires_at: number;
}

/** An input to be kept, as the core saw it. */
export type NewInput = Omit<InputItem, 'input'> & { readonly input: unknown };

export interface Inputs {
  /** @returns false where the prediction has its input already. */
  add(input: NewInput, dataKey: Uint8Array): Promise<boolean>;
  /**
   * @returns undefined where there is none.
   * @throws EnvelopeError
   */
  open(tenant: string, predictionId: string, dataKey: Uint8Array): Promise<unknown>;
}

export function createInputs(db: Database): Inputs {
  const placeOf = (tenant: string, id: string) => ({ tenant, table: 'inputs', id, attribute: 'input' });
  return {
    add(input, dataKey) {
      const place = placeOf(input.tenant, input.prediction_id);
      const item: InputItem = { ...input, input: sealJson(dataKey, place, input.input) };
      return db.putNew('inputs', item);
    },
    async open(tenant, predictionId, dataKey) {
      const item = await db.get<InputItem>('inputs', tenant, predictionId);
      return item && openJson(dataKey, placeOf(tenant, predictionId), item.input);
    },
  };
}
