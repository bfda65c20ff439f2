/** Encryption of stored attributes with a data key: AES-256-GCM, bound to the place where the value stands. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Where an encrypted value stands. It opens there and nowhere else, so that rows cannot be swapped. */
export interface Place {
  readonly tenant: string;
  readonly table: string;
  readonly id: string;
  readonly attribute: string;
}

/** Bytes of every key in the house. */
export const KEY_BYTES = 32;

/** First byte of a sealed value: which layout follows. */
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + NONCE_BYTES;

/** The value was changed, stands elsewhere, or was sealed with another key. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError';

  constructor() {
    super('The encrypted value cannot be opened');
  }
}

export const newKey = (): Buffer => randomBytes(KEY_BYTES);

/** Version byte, nonce (12), ciphertext, tag (16). */
export function seal(key: Uint8Array, place: Place, plain: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(placeBytes(place));
  return Buffer.concat([
    Buffer.of(VERSION),
    nonce,
    cipher.update(plain),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
}

/** @throws EnvelopeError */
export function open(key: Uint8Array, place: Place, sealed: Uint8Array): Buffer {
  if (sealed[0] !== VERSION || sealed.length < HEADER_BYTES + TAG_BYTES) throw new EnvelopeError();
  const nonce = sealed.subarray(1, HEADER_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(placeBytes(place));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(HEADER_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    throw new EnvelopeError();
  }
}

/** Seal a value as JSON; what JSON cannot carry (undefined, NaN) comes back as JSON renders it. */
export function sealJson(key: Uint8Array, place: Place, value: unknown): Buffer {
  return seal(key, place, Buffer.from(JSON.stringify(value)));
}

/** @throws EnvelopeError */
export function openJson(key: Uint8Array, place: Place, sealed: Uint8Array): unknown {
  return JSON.parse(open(key, place, sealed).toString());
}

/** As a JSON array, so that no two places read alike. The version is bound as well. */
function placeBytes({ tenant, table, id, attribute }: Place): Buffer {
  return Buffer.from(JSON.stringify([VERSION, tenant, table, id, attribute]));
}
