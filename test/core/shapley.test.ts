import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXACT_PLAYERS, shapleyDesign } from '../../lambdas/core/shapley.ts';

type Game = (has: (player: number) => boolean) => number[];

/** Effects by player, then output. */
function play(players: number, outputs: number, game: Game): number[][] {
  const { coalitions, effects } = shapleyDesign(players);
  const worth = Float64Array.from(
    Array.from({ length: coalitions.count }, (_, coalition) =>
      game((player) => coalitions.members[coalition * players + player] === 1),
    ).flat(),
  );
  const flat = effects(worth, outputs);
  return Array.from({ length: players }, (_, player) => [
    ...flat.slice(player * outputs, (player + 1) * outputs),
  ]);
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
/** A game whose players act on each other: any function of the coalition would do. */
const entangled =
  (seed: number, players: number): Game =>
  (has) => {
    const mask = Array.from({ length: players }, (_, player) => Number(has(player)) * 2 ** player);
    return [Math.sin(seed + 7.3 * sum(mask)), Math.cos(seed * sum(mask))];
  };
const all: Parameters<Game>[0] = () => true;
const nobody: Parameters<Game>[0] = () => false;

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

describe('shapleyDesign', () => {
  it('gives effects that add up to all less nobody, exact or sampled', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 14 }),
        fc.double({ min: 0, max: 9, noNaN: true }),
        (players, seed) => {
          const game = entangled(seed, players);
          const effects = play(players, 2, game);
          for (const output of [0, 1]) {
            const difference = (game(all)[output] ?? 0) - (game(nobody)[output] ?? 0);
            expect(sum(effects.map((of) => of[output] ?? Number.NaN))).toBeCloseTo(difference, 9);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is the mean step over all orders', () => {
    const game = entangled(0.4, 5);
    const expected = [0, 0, 0, 0, 0];
    const orders = permutations([0, 1, 2, 3, 4]);
    for (const order of orders)
      order.forEach((player, place) => {
        const before = new Set(order.slice(0, place));
        const [after = 0] = game((other) => other === player || before.has(other));
        const [without = 0] = game((other) => before.has(other));
        expected[player] = (expected[player] ?? 0) + (after - without) / orders.length;
      });

    play(5, 2, game).forEach(([effect], player) => {
      expect(effect).toBeCloseTo(expected[player] ?? Number.NaN, 12);
    });
  });

  it.each([6, 13])('gives nothing to one of %i players who changes nothing', (players) => {
    const game: Game = (has) => [Number(has(0)) * (2 + Number(has(1))), 0];
    const effects = play(players, 2, game);
    for (const [effect] of effects.slice(2)) expect(effect).toBe(0);
  });

  it('gives alike to players who do alike', () => {
    const game: Game = (has) => [(Number(has(0)) + Number(has(3))) ** 2 * (1 + Number(has(1)))];
    const [first, , , fourth] = play(6, 1, game);
    expect(first?.[0]).toBeCloseTo(fourth?.[0] ?? Number.NaN, 12);
  });

  it('runs every coalition up to ten players, and no more coalitions above', () => {
    expect(shapleyDesign(EXACT_PLAYERS)).toMatchObject({ exact: true, coalitions: { count: 1024 } });
    for (const players of [11, 15, 40]) {
      const { exact, coalitions } = shapleyDesign(players);
      expect(exact).toBe(false);
      expect(coalitions.count).toBeLessThanOrEqual(1024);
    }
  });

  it('samples the same coalitions every time, near the exact values', () => {
    // Only ten of the twelve players act, so that the exact values are known.
    const smooth: Game = (has) => [
      Math.tanh(
        sum([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((player) => Number(has(player)) * (player - 3) * 0.2)),
      ),
    ];
    const exact = play(10, 1, smooth);
    const sampled = play(12, 1, smooth);

    expect(play(12, 1, smooth)).toEqual(sampled);
    exact.forEach(([effect = 0], player) => {
      expect(Math.abs((sampled[player]?.[0] ?? Number.NaN) - effect)).toBeLessThan(0.04);
    });
  });
});
