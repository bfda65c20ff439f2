/** Time and new ids, the two things that core must never fetch for itself. */
import { randomBytes } from 'node:crypto';

/** Milliseconds since the epoch. */
export type Clock = () => number;
/** A new id that was never given before. */
export type NewId = () => string;

export const systemClock: Clock = () => Date.now();

/** Seconds by which two machines' clocks may differ: a token is good for that much longer. */
export const CLOCK_TOLERANCE_S = 5;

/**
 * A UUID of version 7 (RFC 9562, section 5.7): sorts by the millisecond it was made in.
 *
 * @param now milliseconds since the epoch, below 2^48.
 */
export function uuidV7(now: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export const newUuid: NewId = () => uuidV7(systemClock());
