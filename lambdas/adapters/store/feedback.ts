/** Table `feedback`: the clinician's later word on a prediction. Append-only. */
import type { FeedbackRequest } from '../../api/schemas/feedback.ts';
import { sealJson } from '../envelope.ts';
import type { Database, Item } from './database.ts';

interface FeedbackItem extends Item, Omit<FeedbackRequest, 'note'> {
  /** `{prediction_id}#{feedback_id}`: all of a prediction's feedback stands together. */
  readonly id: string;
  readonly feedback_id: string;
  /** RFC 3339, UTC. */
  readonly created_at: string;
  readonly user: string;
  readonly role: string;
  /** Encrypted. */
  readonly note?: Uint8Array;
  readonly expires_at: number;
}

/** Feedback to be kept, with the note as it was written. */
export type NewFeedback = Omit<FeedbackItem, 'id' | 'note'> & Pick<FeedbackRequest, 'note'>;

export interface Feedback {
  /** @returns when this feedback was received: earlier than now where the same id is already there. */
  add(feedback: NewFeedback, dataKey: Uint8Array): Promise<string>;
}

export function createFeedback(db: Database): Feedback {
  return {
    async add({ note, ...rest }, dataKey) {
      const { tenant, prediction_id, feedback_id } = rest;
      const id = `${prediction_id}#${feedback_id}`;
      const place = { tenant, table: 'feedback', id, attribute: 'note' };
      const item: FeedbackItem = {
        ...rest,
        id,
        ...(note !== undefined && { note: sealJson(dataKey, place, note) }),
      };
      if (await db.putNew('feedback', item)) return item.created_at;
      const earlier = await db.get<FeedbackItem>('feedback', tenant, id);
      return earlier?.created_at ?? item.created_at;
    },
  };
}
