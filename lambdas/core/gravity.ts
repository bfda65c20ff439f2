/** From the conditions' probabilities to the severity shown. */

import type { Bundle } from './bundle.ts';
import type { Differential } from './differential.ts';
import { graver } from './severity.ts';
import { SEVERITIES, type Severity } from './types.ts';

/** The severity that each condition stands for, by the severity policy. */
export interface ConditionSeverities {
  /** By index into {@link Bundle.conditions}: an index into SEVERITIES. */
  readonly byRow: Uint8Array;
  /** "No relevant disease". */
  readonly none: Severity;
}

export type SeverityMass = Readonly<Record<Severity, number>>;

export interface WeighedSeverity {
  readonly severity: Severity;
  /** Parts that have a say would each show another severity; the gravest was taken. */
  readonly partsDisagree: boolean;
}

/** A part of the ensemble has a say of its own where the gate gives it as much as an even share. */
const HAS_A_SAY = 1 / 3;
const ILL = SEVERITIES.filter((severity) => severity !== 'NO_ENFERMO');

/** Probability of each severity; they add up to 1. */
export function severityMass(severities: ConditionSeverities, differential: Differential): SeverityMass {
  return massOf(severities, differential.probabilities, (i) => i, differential.none);
}

/** The severity of the one list (`mass`), or a graver one where a part that has a say sees it so. */
export function weighSeverity(
  bundle: Bundle,
  severities: ConditionSeverities,
  differential: Differential,
  mass: SeverityMass,
  mayBeWell: boolean,
): WeighedSeverity {
  const { gate, common, broad, orphan } = differential;
  const views = [
    { say: gate.orphan, mass: () => massOf(severities, orphan, (i) => i, 0) },
    {
      say: gate.common,
      mass: () =>
        massOf(severities, common.subarray(0, -1), (i) => bundle.orphanCount + i, common.at(-1) ?? 0),
    },
    { say: gate.broad, mass: () => massOf(severities, broad, (i) => bundle.broad.rows[i], 0) },
  ]
    .filter(({ say }) => say >= HAS_A_SAY)
    .map(({ mass }) => likeliest(mass(), mayBeWell));
  return {
    severity: views.reduce(graver, likeliest(mass, mayBeWell)),
    partsDisagree: new Set(views).size > 1,
  };
}

/**
 * First whether there is disease at all, then how grave: well is said only where it is likelier than ill and nothing
 * speaks against it.
 */
function likeliest(mass: SeverityMass, mayBeWell: boolean): Severity {
  if (mass.NO_ENFERMO > 0.5 && mayBeWell) return 'NO_ENFERMO';
  return ILL.reduce((best, severity) => (mass[severity] > mass[best] ? severity : best));
}

// Plain loops: over ten thousand rows a callback with a string key costs a millisecond.
function massOf(
  { byRow, none }: ConditionSeverities,
  probabilities: Float64Array,
  rowOf: (i: number) => number | undefined,
  noDisease: number,
): SeverityMass {
  const mass = new Float64Array(SEVERITIES.length);
  for (let i = 0; i < probabilities.length; i++) {
    const severity = byRow[rowOf(i) ?? -1];
    if (severity === undefined) throw new RangeError(`no severity for condition ${i}`);
    mass[severity] = (mass[severity] as number) + (probabilities[i] as number);
  }
  mass[SEVERITIES.indexOf(none)] = (mass[SEVERITIES.indexOf(none)] as number) + noDisease;
  return Object.fromEntries(SEVERITIES.map((severity, i) => [severity, mass[i]])) as Record<Severity, number>;
}
