/** Shapley values (Shapley 1953) of a game whose coalitions are all run in one batch. */

/** Which players each coalition has: 1 at `members[coalition * players + player]`. The first has nobody, the last all. */
export interface Coalitions {
  readonly players: number;
  readonly count: number;
  readonly members: Uint8Array;
}

/** Coalitions to run, and how the players' effects follow from what they are worth. */
export interface Design {
  /** Every coalition is run; else permutations are sampled. Either way the effects add up to all less nobody. */
  readonly exact: boolean;
  readonly coalitions: Coalitions;
  /**
   * @param worth outputs of each coalition, one coalition after the other.
   * @returns the same outputs' effects, one player after the other.
   */
  readonly effects: (worth: Float64Array, outputs: number) => Float64Array;
}

/** Up to so many players every coalition is run: 1,024 of them. */
export const EXACT_PLAYERS = 10;
/** Sampling runs no more coalitions than ten players take, where two permutations fit into them. */
const MOST_COALITIONS = 2 ** EXACT_PLAYERS;
const SEED = 20261121;

export function shapleyDesign(players: number): Design {
  return players <= EXACT_PLAYERS ? everyCoalition(players) : sampledPermutations(players);
}

function everyCoalition(players: number): Design {
  const count = 2 ** players;
  const members = new Uint8Array(count * players);
  const sizes = new Uint8Array(count);
  for (let mask = 0; mask < count; mask++)
    for (let player = 0; player < players; player++)
      if ((mask >> player) & 1) {
        members[mask * players + player] = 1;
        sizes[mask] = (sizes[mask] as number) + 1;
      }
  // The share of the orders in which a player comes after `before` others: before! (players - before - 1)! / players!.
  const shares = [1 / Math.max(1, players)];
  for (let before = 1; before < players; before++)
    shares.push(((shares[before - 1] as number) * before) / (players - before));
  return {
    exact: true,
    coalitions: { players, count, members },
    effects: (worth, outputs) => {
      const effects = new Float64Array(players * outputs);
      for (let mask = 0; mask < count; mask++)
        for (let player = 0; player < players; player++) {
          if (!((mask >> player) & 1)) continue;
          const share = shares[(sizes[mask] as number) - 1] as number;
          addStep(effects, player, worth, mask, mask ^ (1 << player), outputs, share);
        }
      return effects;
    },
  };
}

/**
 * Each player's mean step over sampled orders and their reverses (antithetic sampling; Mitchell et al., JMLR 2022):
 * within an order the steps add up, so the means do.
 */
function sampledPermutations(players: number): Design {
  const inside = players - 1;
  const pairs = Math.max(1, Math.floor((MOST_COALITIONS - 2) / (2 * inside)));
  const random = generator(SEED);
  const orders = Array.from({ length: pairs }, () => shuffled(players, random)).flatMap((order) => [
    order,
    order.toReversed(),
  ]);
  const count = 2 + orders.length * inside;
  const members = new Uint8Array(count * players).fill(1, (count - 1) * players);
  orders.forEach((order, at) => {
    for (let size = 1; size < players; size++) {
      const coalition = 1 + at * inside + size - 1;
      for (const player of order.slice(0, size)) members[coalition * players + player] = 1;
    }
  });
  return {
    exact: false,
    coalitions: { players, count, members },
    effects: (worth, outputs) => {
      const effects = new Float64Array(players * outputs);
      orders.forEach((order, at) => {
        let before = 0;
        order.forEach((player, place) => {
          const after = place === inside ? count - 1 : 1 + at * inside + place;
          addStep(effects, player, worth, after, before, outputs, 1 / orders.length);
          before = after;
        });
      });
      return effects;
    },
  };
}

function addStep(
  effects: Float64Array,
  player: number,
  worth: Float64Array,
  after: number,
  before: number,
  outputs: number,
  share: number,
): void {
  for (let output = 0; output < outputs; output++) {
    const step = (worth[after * outputs + output] as number) - (worth[before * outputs + output] as number);
    const at = player * outputs + output;
    effects[at] = (effects[at] as number) + share * step;
  }
}

function shuffled(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] as number, order[last] as number];
  }
  return order;
}

/** Mulberry32: numbers from 0 to below 1, the same for the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
