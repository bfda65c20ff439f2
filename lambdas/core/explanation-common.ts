/** Shapley values of the served common part: what each finding, age and sex add to a probability. */

import type { Bundle } from './bundle.ts';
import { type Player, playersOf, worthOf } from './coalitions.ts';
import type { Effects } from './explanation.ts';
import type { Models } from './parts.ts';
import { shapleyDesign } from './shapley.ts';
import type { Patient } from './types.ts';

/** Effects that lead from one value to the other: they add up to `value - baseline`. */
export interface Attribution extends Effects {
  /** With nothing known: no finding, no sex, the reference age. */
  readonly baseline: number;
  /** With all that the request tells. */
  readonly value: number;
}

export interface CommonExplanation {
  /** Every coalition was run; else permutations were sampled. */
  readonly exact: boolean;
  /** Of P(class | common), by class asked for. */
  readonly classes: ReadonlyMap<number, Attribution>;
  /** Of the urgent classes' probability together, within the common part. */
  readonly urgency: Attribution;
}

/**
 * Why the common part says what it says of some classes, and of the urgent ones together. All come from one batch.
 *
 * @throws ModelFailure
 */
export async function explainCommon(
  bundle: Bundle,
  models: Models,
  patient: Patient,
  classes: readonly number[],
): Promise<CommonExplanation> {
  const players = playersOf(bundle, patient);
  const { exact, coalitions, effects } = shapleyDesign(players.length);
  const urgent = bundle.common.urgent.flatMap((isUrgent, c) => (isUrgent ? [c] : []));
  const outputs = classes.length + 1;
  const worth = await worthOf(bundle, models, patient, players, coalitions, outputs, (p, into) => {
    for (let i = 0; i < classes.length; i++) into[i] = p[classes[i] as number] as number;
    let sum = 0;
    for (const c of urgent) sum += p[c] as number;
    into[classes.length] = sum;
  });
  const shares = effects(worth, outputs);
  const attribution = (output: number): Attribution => {
    const of = new Map<Player, number>(
      players.map((player, i) => [player, shares[i * outputs + output] as number]),
    );
    return {
      findings: new Map(patient.findings.map((finding) => [finding, of.get(finding) ?? 0])),
      age: of.get('age') ?? 0,
      sex: of.get('sex') ?? 0,
      baseline: worth[output] as number,
      value: worth[(coalitions.count - 1) * outputs + output] as number,
    };
  };
  return {
    exact,
    classes: new Map(classes.map((c, output) => [c, attribution(output)])),
    urgency: attribution(classes.length),
  };
}
