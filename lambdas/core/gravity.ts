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
  const { shares, none } = severities;
  return toMass(massOf(shares, none, differential.probabilities, differential.none));
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
  const { shares, none } = severities;
  const { orphanCount, trainedCount } = bundle;
  const ofOrphan = shares.subarray(0, orphanCount * CLASSES);
  const ofTrained = shares.subarray(ofOrphan.length, ofOrphan.length + trainedCount * CLASSES);
  const views = [
    { say: gate.orphan, of: () => massOf(ofOrphan, none, orphan, 0) },
    { say: gate.common, of: () => massOf(ofTrained, none, common.subarray(0, -1), common.at(-1) ?? 0) },
    { say: gate.broad, of: () => massOf(sharesOf(severities, bundle.broad.rows), none, broad, 0) },
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

// Plain loops over as many shares as probabilities: over ten thousand rows a callback costs a millisecond.
function massOf(
  shares: Float64Array,
  none: Severity,
  probabilities: Float64Array,
  noDisease: number,
): Float64Array {
  if (shares.length !== probabilities.length * CLASSES)
    throw new RangeError(
      `severities of ${shares.length / CLASSES} conditions, not of ${probabilities.length}`,
    );
  const mass = new Float64Array(CLASSES);
  for (let row = 0; row < probabilities.length; row++) {
    const probability = probabilities[row] as number;
    if (probability === 0) continue;
    for (let c = 0; c < CLASSES; c++)
      mass[c] = (mass[c] as number) + (shares[row * CLASSES + c] as number) * probability;
  }
  mass[SEVERITIES.indexOf(none)] = (mass[SEVERITIES.indexOf(none)] as number) + noDisease;
  return mass;
}

function massOfKnown(
  { shares, none: well, known }: ConditionSeverities,
  { probabilities, none }: Differential,
): Float64Array {
  const ofKnown = new Float64Array(probabilities.length);
  for (let row = 0; row < ofKnown.length; row++) if (known[row]) ofKnown[row] = probabilities[row] as number;
  return massOf(shares, well, ofKnown, none);
}

/** Of some rows, in their order. */
function sharesOf({ shares }: ConditionSeverities, rows: Uint16Array): Float64Array {
  const own = new Float64Array(rows.length * CLASSES);
  rows.forEach((row, i) => {
    own.set(shares.subarray(row * CLASSES, (row + 1) * CLASSES), i * CLASSES);
  });
  return own;
}

function toMass(mass: Float64Array): SeverityMass {
  return Object.fromEntries(SEVERITIES.map((severity, i) => [severity, mass[i]])) as Record<Severity, number>;
}
