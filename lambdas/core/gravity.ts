/** From the conditions' probabilities to the severity shown. */

import type { Bundle } from './bundle.ts';
import type { Differential } from './differential.ts';
import { BY_GRAVITY, graver } from './severity.ts';
import { leastCost, type SeverityCosts, type SeverityMass } from './severity-costs.ts';
import { SEVERITIES, type Severity } from './types.ts';

/** The severities that each condition stands for, by the severity policy. */
export interface ConditionSeverities {
  /**
   * By index into {@link Bundle.conditions} times five: the shares of SEVERITIES, which add up to 1. One of them is 1
   * unless nobody states the gravity.
   */
  readonly shares: Float64Array;
  /** 1 for each row whose gravity is known: of an orphan condition it is not. */
  readonly known: Uint8Array;
  /** "No relevant disease". */
  readonly none: Severity;
}

export interface WeighedSeverity {
  readonly severity: Severity;
  /** Parts that have a say would each show another severity; the gravest was taken. */
  readonly partsDisagree: boolean;
}

/** A part of the ensemble has a say of its own where the gate gives it as much as an even share. */
const HAS_A_SAY = 1 / 3;
const CLASSES = SEVERITIES.length;
const ILL = BY_GRAVITY.filter((severity) => severity !== 'NO_ENFERMO');

/** Probability of each severity; they add up to 1. */
export function severityMass(severities: ConditionSeverities, differential: Differential): SeverityMass {
  return toMass(massOf(severities, differential.probabilities, (i) => i, differential.none));
}

/**
 * The class of least expected cost of the one list (`mass`), or a graver one: the likeliest of a part that has a say,
 * or of the conditions of known gravity where these have one. The costs are counted once, on the one list; in the
 * views of the parts they would count the same doubt again.
 */
export function weighSeverity(
  bundle: Bundle,
  severities: ConditionSeverities,
  costs: SeverityCosts,
  differential: Differential,
  mass: SeverityMass,
  mayBeWell: boolean,
): WeighedSeverity {
  const allowed = mayBeWell ? BY_GRAVITY : ILL;
  const { gate, common, broad, orphan } = differential;
  const views = [
    { say: gate.orphan, of: () => massOf(severities, orphan, (i) => i, 0) },
    {
      say: gate.common,
      of: () => massOf(severities, common.subarray(0, -1), (i) => bundle.orphanCount + i, common.at(-1) ?? 0),
    },
    { say: gate.broad, of: () => massOf(severities, broad, (i) => bundle.broad.rows[i], 0) },
  ]
    .filter(({ say }) => say >= HAS_A_SAY)
    .map(({ of }) => likeliest(of(), allowed));
  const known = massOfKnown(severities, differential);
  const told = known.reduce((sum, share) => sum + share, 0);
  const all = told >= HAS_A_SAY ? [...views, likeliest(known, allowed)] : views;
  return {
    severity: all.reduce(graver, leastCost(costs, mass, allowed)),
    partsDisagree: new Set(views).size > 1,
  };
}

/** Of two alike the graver. */
function likeliest(mass: Float64Array, allowed: readonly Severity[]): Severity {
  const of = (severity: Severity) => mass[SEVERITIES.indexOf(severity)] as number;
  return allowed.reduce((best, severity) => (of(severity) >= of(best) ? severity : best));
}

// Plain loops: over ten thousand rows a callback with a string key costs a millisecond.
function massOf(
  { shares, none }: ConditionSeverities,
  probabilities: Float64Array,
  rowOf: (i: number) => number | undefined,
  noDisease: number,
): Float64Array {
  const mass = new Float64Array(CLASSES);
  for (let i = 0; i < probabilities.length; i++) {
    const at = (rowOf(i) ?? -1) * CLASSES;
    if (shares[at] === undefined) throw new RangeError(`no severity for condition ${i}`);
    const probability = probabilities[i] as number;
    if (probability === 0) continue;
    for (let c = 0; c < CLASSES; c++)
      mass[c] = (mass[c] as number) + (shares[at + c] as number) * probability;
  }
  mass[SEVERITIES.indexOf(none)] = (mass[SEVERITIES.indexOf(none)] as number) + noDisease;
  return mass;
}

function massOfKnown(severities: ConditionSeverities, { probabilities, none }: Differential): Float64Array {
  const known = probabilities.map((p, row) => p * (severities.known[row] as number));
  return massOf(severities, known, (i) => i, none);
}

function toMass(mass: Float64Array): SeverityMass {
  return Object.fromEntries(SEVERITIES.map((severity, i) => [severity, mass[i]])) as Record<Severity, number>;
}
