/** Vital signs beyond NEWS2: sourced limits and reference ranges for the patient's age. */

import type { FiredRule, Localised, Patient, RuleUrgency, Source, Vitals } from './types.ts';
import {
  type Ages,
  type Bound,
  type BoundAtAge,
  boundAt,
  isBeyond,
  isOfAge,
  type MeasuredVital,
  sideOf,
} from './vital-bounds.ts';
import type { VitalScore } from './vital-scores.ts';

/** One of these must hold. */
export interface AppliesWith {
  /** Ids of findings that are present today or in the history. */
  readonly findings?: readonly string[];
  readonly temperature_from?: number;
  /** Keys of trained conditions, where likely. */
  readonly conditions?: readonly string[];
}

export interface SourcedLimit extends Ages {
  readonly id: string;
  readonly title: Localised;
  readonly applies_with?: AppliesWith;
  readonly bounds: readonly Bound[];
  /** A limit with an urgency fires like a red-flag rule; one without informs. */
  readonly urgency?: RuleUrgency;
  readonly action?: Localised;
  readonly source: Source;
  readonly more_sources?: readonly Source[];
}

interface VitalReference extends Ages {
  readonly id: string;
  /** Lowest and highest usual value. */
  readonly ranges: Readonly<Partial<Record<MeasuredVital, readonly [number, number]>>>;
  readonly source: Source;
}

/** `data/clinical/vital_limits.json`. */
export interface VitalFile {
  readonly reviewed_by_clinician: boolean;
  /** Read at every age by the red-flag rules. */
  readonly read_by_rules: readonly MeasuredVital[];
  readonly references: readonly VitalReference[];
  readonly limits: readonly SourcedLimit[];
  readonly scores: readonly VitalScore[];
}

/** A vital sign beyond a limit or outside the reference range of the patient's age. */
export interface OutOfRange {
  readonly id: string;
  readonly kind: 'limit' | 'reference';
  readonly vital: MeasuredVital;
  readonly value: number;
  /** The bound that was crossed. */
  readonly bound: BoundAtAge;
  /** Of a limit. */
  readonly title?: Localised;
  readonly source: Source;
}

const NOBODY: ReadonlySet<string> = new Set();
const NEVER_TOO_HIGH: keyof Vitals = 'spo2_percent';
/** Whoever judged the systolic pressure has judged whether the pressure is low: of this one the high side is left. */
const LOW_WITH_SYSTOLIC: keyof Vitals = 'diastolic_bp_mmhg';

/** The limits with an urgency that the patient crosses, as rules fire. Not for pregnancy: none was made for it. */
export function fireLimits({ limits }: VitalFile, patient: Patient): FiredRule[] {
  return limits.flatMap(({ id, title, urgency, action, source, ...limit }) => {
    const crossed = crossedBounds({ id, title, source, ...limit }, patient, NOBODY);
    if (!urgency || !action || crossed.length === 0) return [];
    return [{ id, title, urgency, action, source, matched: crossed.map(({ vital }) => vital) }];
  });
}

/**
 * What is beyond a limit or outside its reference range, limits first.
 *
 * @param likely keys of the trained conditions that are likely.
 */
export function outOfRange(
  { limits, references }: VitalFile,
  patient: Patient,
  likely: ReadonlySet<string>,
): OutOfRange[] {
  const beyond = limits.flatMap((limit) =>
    crossedBounds(limit, patient, likely).map(
      ({ vital, value, bound }): OutOfRange => ({
        id: limit.id,
        kind: 'limit',
        vital,
        value,
        bound,
        title: limit.title,
        source: limit.source,
      }),
    ),
  );
  const outside = references
    .filter((reference) => concerns(reference, patient))
    .flatMap(({ id, ranges, source }) =>
      entriesOf(ranges).flatMap(([vital, [low, high]]): OutOfRange[] => {
        const value = patient.vitals[vital];
        if (value === undefined || (value >= low && value <= high)) return [];
        const bound = value < low ? { below: low } : { above: high };
        return [{ id, kind: 'reference', vital, value, bound, source }];
      }),
    );
  return [...beyond, ...outside];
}

/**
 * The vital signs given of which nothing says in this patient whether they are normal: neither a score or rule, nor a
 * limit that they cross, nor limits or a reference range on both sides.
 *
 * @param judged names that NEWS2 scored or a rule fired on.
 */
export function unevaluated(file: VitalFile, patient: Patient, judged: Iterable<string>): (keyof Vitals)[] {
  const { limits, references, read_by_rules } = file;
  const bounds = limits.filter((limit) => applies(limit, patient, NOBODY)).flatMap((limit) => limit.bounds);
  const hasSide = (vital: keyof Vitals, side: 'low' | 'high') =>
    bounds.some((bound) => bound.vital === vital && sideOf(bound) === side);
  const read = new Set<string>([
    ...judged,
    ...read_by_rules,
    ...outOfRange(file, patient, NOBODY).map(({ vital }) => vital),
    ...references
      .filter((reference) => concerns(reference, patient))
      .flatMap(({ ranges }) => entriesOf(ranges).map(([vital]) => vital)),
    // Oxygen is a circumstance.
    'supplemental_oxygen',
  ]);
  return (Object.keys(patient.vitals) as (keyof Vitals)[]).filter(
    (vital) =>
      !read.has(vital) &&
      // Alert is as one should be.
      !(vital === 'consciousness' && patient.vitals.consciousness === 'A') &&
      !(
        (hasSide(vital, 'low') || (vital === LOW_WITH_SYSTOLIC && read.has('systolic_bp_mmhg'))) &&
        (hasSide(vital, 'high') || vital === NEVER_TOO_HIGH)
      ),
  );
}

/** Whether a limit or score concerns this patient. */
export function applies(
  { applies_with, ...ages }: Ages & { readonly applies_with?: AppliesWith },
  patient: Patient,
  likely: ReadonlySet<string>,
): boolean {
  if (!concerns(ages, patient)) return false;
  if (!applies_with) return true;
  const { findings = [], temperature_from = Number.POSITIVE_INFINITY, conditions = [] } = applies_with;
  return (
    patient.findings.some(({ id, present }) => present && findings.includes(id)) ||
    (patient.vitals.temperature_c ?? Number.NEGATIVE_INFINITY) >= temperature_from ||
    conditions.some((key) => likely.has(key))
  );
}

function crossedBounds(
  limit: Omit<SourcedLimit, 'urgency' | 'action'>,
  patient: Patient,
  likely: ReadonlySet<string>,
): Pick<OutOfRange, 'vital' | 'value' | 'bound'>[] {
  if (!applies(limit, patient, likely)) return [];
  return limit.bounds.flatMap((bound) => {
    const value = patient.vitals[bound.vital];
    if (value === undefined || !isBeyond(bound, value, patient.age)) return [];
    return [{ vital: bound.vital, value, bound: boundAt(bound, patient.age) }];
  });
}

/** A pregnancy told of a man is a slip; no limit here was made for pregnancy. */
function concerns(ages: Ages, { age, pregnant }: Patient): boolean {
  return !pregnant && isOfAge(ages, age);
}

function entriesOf(
  ranges: VitalReference['ranges'],
): readonly (readonly [MeasuredVital, readonly [number, number]])[] {
  return Object.entries(ranges) as (readonly [MeasuredVital, readonly [number, number]])[];
}
