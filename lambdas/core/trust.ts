/** How far the list can be trusted for this patient. */

import type { Ranked } from './differential.ts';
import { findingsRead } from './evidence.ts';
import type { ModelKnowledge, PartsView } from './parts.ts';
import { type PredictionSet, predictionSet } from './sets.ts';
import { type Support, support } from './support.ts';

export interface Trust extends Support {
  readonly set: PredictionSet;
  /** Some layer reads the findings, and some condition explains them. */
  readonly covered: boolean;
}

/** Of the list as it stands, `shown` its first conditions, and of the findings that it was made from. */
export function trustOf(
  { bundle }: ModelKnowledge,
  { evidence, scores, differential }: PartsView,
  shown: readonly Ranked[],
): Trust {
  const first = shown.map(({ probability }) => probability);
  const supported = support(bundle.support, evidence, scores.byRow, first);
  return {
    ...supported,
    set: predictionSet(bundle, differential, findingsRead(evidence)),
    covered: findingsRead(evidence) > 0 && !supported.outOfDistribution,
  };
}
