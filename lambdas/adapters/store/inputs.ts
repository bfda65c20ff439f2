/** Table `inputs`: the canonical findings behind a prediction, encrypted. */
import { sealJson } from '../envelope.ts';
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
}

export function createInputs(db: Database): Inputs {
  return {
    add(input, dataKey) {
      const { tenant, prediction_id: id } = input;
      const place = { tenant, table: 'inputs', id, attribute: 'input' };
      const item: InputItem = { ...input, input: sealJson(dataKey, place, input.input) };
      return db.putNew('inputs', item);
    },
  };
}
