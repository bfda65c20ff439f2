/** The vital signs beyond NEWS2, in the words of the contract. */

import type { PredictResponse } from '../api/schemas/prediction.ts';
import type { VitalSigns } from '../core/predict.ts';
import type { Lang } from '../core/types.ts';
import type { OutOfRange } from '../core/vitals.ts';
import { presentSource } from './present-source.ts';
import { BEYOND, REFERENCE_RANGE } from './words.ts';

export function presentVitals(
  { outOfRange, scores, unevaluated }: VitalSigns,
  lang: Lang,
): NonNullable<PredictResponse['vital_signs']> {
  return {
    out_of_range: outOfRange.map((one) => ({
      id: one.id,
      kind: one.kind,
      vital: one.vital,
      value: one.value,
      text: inWords(one, lang),
      source: presentSource(one.source),
    })),
    scores: scores.map((score) => ({
      id: score.id,
      name: score.title[lang],
      points: score.points,
      of: score.of,
      met: score.met.map(({ label }) => label[lang]),
      missing: score.missing.map(({ label }) => label[lang]),
      ...(score.risk && { risk: score.risk[lang] }),
      source: presentSource(score.source),
    })),
    not_evaluated: [...unevaluated],
  };
}

function inWords({ title = REFERENCE_RANGE, bound }: OutOfRange, lang: Lang): string {
  const [side, limit] = Object.entries(bound)[0] as [keyof OutOfRange['bound'], number];
  return `${title[lang]}: ${BEYOND[side][lang]} ${limit}.`;
}
