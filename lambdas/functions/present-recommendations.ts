/** What the clinician may consider, each with its source. */

import type { Model } from '../adapters/model.ts';
import type { PredictResponse } from '../api/schemas/prediction.ts';
import type { Ranked } from '../core/differential.ts';
import type { FiredRule, Lang } from '../core/types.ts';
import { presentSource } from './present-source.ts';

const RECOMMENDED = 3;

/**
 * What the fired rules suggest, then what the clinical files do for the likeliest trained conditions; a suggestion that
 * two give stands once, with the source of the first. No other condition has any.
 *
 * @param likely the likely conditions, likeliest first.
 */
export function presentRecommendations(
  { clinical }: Model,
  fired: readonly FiredRule[],
  likely: readonly Ranked[],
  lang: Lang,
): Pick<PredictResponse, 'recommendations' | 'recommendation_sources'> {
  const byRules = fired.map(({ id, action, source }) => ({
    kind: 'rule' as const,
    id,
    text: action,
    source,
  }));
  const byConditions = likely.slice(0, RECOMMENDED).flatMap(({ condition: { code, key = '' } }) => {
    const known = clinical.get(key);
    if (!known) return [];
    const { recommendation: text, source } = known;
    return [{ kind: 'condition' as const, id: code, text, source }];
  });
  const given = new Map(
    [...byConditions.toReversed(), ...byRules.toReversed()].map((one) => [one.text[lang], one]),
  );
  const inOrder = [...byRules, ...byConditions].filter((one) => given.get(one.text[lang]) === one);
  return {
    recommendations: inOrder.map(({ text }) => text[lang]),
    recommendation_sources: inOrder.map(({ kind, id, source }) => ({ kind, id, ...presentSource(source) })),
  };
}
