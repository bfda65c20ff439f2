/** What the dialogues came to, by the number of questions asked. */

import { Bootstrap, type Interval } from '../intervals.ts';
import { mean } from '../numbers.ts';
import type { Turn } from './dialogue.ts';

export interface Point {
  readonly share: number;
  readonly ci95: Interval;
}

/** The share of patients of whom something holds before any question, after one, and so on. */
export type Curve = readonly Point[];

/**
 * @param dialogues turns by patient; all of the same length.
 * @param clusters what is resampled as one, by patient.
 */
export function curve(
  dialogues: readonly (readonly Turn[])[],
  clusters: readonly string[],
  holds: (turn: Turn) => boolean,
): Curve {
  const bootstrap = new Bootstrap(clusters);
  const weights = dialogues.map(() => 1);
  return (dialogues[0] ?? []).map((_, k) => {
    const hits = dialogues.map((turns) => Number(holds(turns[k] as Turn)));
    return { share: mean(hits, (hit) => hit), ci95: bootstrap.interval(hits, weights) };
  });
}

/** The paired difference of two strategies on the same patients after `k` questions. */
export function difference(
  ours: readonly (readonly Turn[])[],
  theirs: readonly (readonly Turn[])[],
  clusters: readonly string[],
  holds: (turn: Turn) => boolean,
  k: number,
): Point {
  const hit = (turns: readonly Turn[] | undefined) => Number(holds(turns?.[k] as Turn));
  const gains = ours.map((turns, i) => hit(turns) - hit(theirs[i]));
  const weights = gains.map(() => 1);
  return { share: mean(gains, (gain) => gain), ci95: new Bootstrap(clusters).interval(gains, weights) };
}

export const within =
  (places: number) =>
  ({ rank }: Turn): boolean =>
    rank <= places;
export const isUrgent = ({ urgent }: Turn): boolean => urgent;
