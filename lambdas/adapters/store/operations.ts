/** Table `operations`: what lives for minutes to a day. Today: requests that may be repeated safely. */

import type { Clock, NewId } from '../clock.ts';
import { openJson, sealJson } from '../envelope.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Database, Item } from './database.ts';
import type { TenantKeyring } from './tenant-keys.ts';

/** How long the answer of a repeated request is kept. */
const REPLAY_S = 24 * 60 * 60;
/** After this time a request without an answer is taken for one whose process died. */
const IN_FLIGHT_MS = 60_000;

interface IdempotencyItem extends Item {
  readonly id: string;
  readonly request_hmac: string;
  /** Stays the same when another attempt takes over, so that the work is done under one id. */
  readonly operation_id: string;
  /** Changes with each attempt: whoever writes must still be the latest. */
  readonly attempt: string;
  /** Milliseconds since the epoch; until then the attempt is left in peace. */
  readonly in_flight_until: number;
  /** The result, encrypted; missing while in flight. */
  readonly result?: Uint8Array;
  readonly expires_at: number;
}

/** A request that its sender may repeat. */
export interface RepeatableRequest {
  readonly tenant: string;
  readonly route: string;
  /** The sender's `Idempotency-Key`. */
  readonly key: string;
  /** What must be the same when the key is. */
  readonly request: unknown;
}

export type Outcome<T> =
  | { readonly kind: 'done'; readonly result: T; readonly replayed: boolean }
  /** The first of these requests has not been answered yet. */
  | { readonly kind: 'in_flight' }
  /** The key came with another request before. */
  | { readonly kind: 'key_reused' };

export interface Operations {
  /**
   * Run what a request asks for once, and give its result to every repetition within 24 hours.
   *
   * @param run gets the operation's id, the same when a died attempt is taken over: what it writes under that id
   *   must be written once. Its result must survive JSON. Where it throws, the next repetition runs again.
   */
  idempotent<T>(request: RepeatableRequest, run: (operationId: string) => Promise<T>): Promise<Outcome<T>>;
}

export function createOperations(
  db: Database,
  keysOf: TenantKeyring,
  { clock, newId }: { readonly clock: Clock; readonly newId: NewId },
): Operations {
  const placeOf = (tenant: string, id: string) => ({ tenant, table: 'operations', id, attribute: 'result' });
  const write = (item: IdempotencyItem, expected: string) =>
    db.replace('operations', item, 'attempt', expected);

  return {
    async idempotent<T>({ tenant, route, key, request }: RepeatableRequest, run: (id: string) => Promise<T>) {
      const keys = await keysOf(tenant);
      const id = `idempotency#${route}#${keys.fingerprint(key)}`;
      const now = clock();
      const mine: IdempotencyItem = {
        tenant,
        id,
        request_hmac: keys.fingerprint(canonicalJson(request)),
        operation_id: newId(),
        attempt: newId(),
        in_flight_until: now + IN_FLIGHT_MS,
        expires_at: Math.floor(now / 1000) + REPLAY_S,
      };

      let claimed = mine;
      if (!(await db.putNew('operations', mine))) {
        const found = await db.get<IdempotencyItem>('operations', tenant, id);
        // It expired between the two calls: the sender's next repetition begins anew.
        if (found === undefined) return { kind: 'in_flight' };
        if (found.request_hmac !== mine.request_hmac) return { kind: 'key_reused' };
        if (found.result !== undefined) {
          const result = openJson(keys.replay, placeOf(tenant, id), found.result) as T;
          return { kind: 'done', result, replayed: true };
        }
        if (found.in_flight_until > now) return { kind: 'in_flight' };
        claimed = { ...mine, operation_id: found.operation_id };
        if (!(await write(claimed, found.attempt))) return { kind: 'in_flight' };
      }

      try {
        const result = await run(claimed.operation_id);
        const sealed = sealJson(keys.replay, placeOf(tenant, id), result);
        // Where another attempt has taken over meanwhile, it writes the same result.
        await write({ ...claimed, result: sealed }, claimed.attempt);
        return { kind: 'done', result, replayed: false };
      } catch (error) {
        // Kept, not deleted: the next attempt must find the operation's id. The first error counts.
        await write({ ...claimed, in_flight_until: 0 }, claimed.attempt).catch(() => undefined);
        throw error;
      }
    },
  };
}
