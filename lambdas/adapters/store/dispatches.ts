/** In table `operations`: what was asked of GitHub a while ago, so that it is not asked twice. */

import type { Clock, NewId } from '../clock.ts';
import type { Database, Item } from './database.ts';
import { DISPATCH_PARTITION } from './tables.ts';

interface DispatchItem extends Item {
  readonly id: string;
  /** Whose write it was: a try whose answer was lost finds its own item there. */
  readonly attempt: string;
}

export interface Dispatches {
  /**
   * Whether nobody asked for the same in the last while; from now on somebody has.
   *
   * @throws StoreUnavailableError
   */
  claim(key: string, windowSeconds: number): Promise<boolean>;
}

export function createDispatches(
  db: Pick<Database, 'get' | 'putNew'>,
  { clock, newId }: { readonly clock: Clock; readonly newId: NewId },
): Dispatches {
  return {
    async claim(key, windowSeconds) {
      const item: DispatchItem = {
        tenant: DISPATCH_PARTITION,
        id: key,
        attempt: newId(),
        expires_at: Math.floor(clock() / 1000) + windowSeconds,
      };
      if (await db.putNew('operations', item)) return true;
      const found = await db.get<DispatchItem>('operations', DISPATCH_PARTITION, key);
      return found?.attempt === item.attempt;
    },
  };
}
