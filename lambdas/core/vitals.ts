/** Vital signs beyond NEWS2: sourced limits and reference ranges for the patient's age. */

import type { FiredRule, Localised, Patient, RuleUrgency, Source, Vitals } from './types.ts';
import type { VitalScore } from './vital-scores.ts';

/** The vital signs that are a number. */
export type MeasuredVital = Exclude<keyof Vitals, 'supplemental_oxygen' | 'consciousness'>;

/** Exactly one limit, in the vital sign's unit. */
export interface Bound {
  readonly vital: MeasuredVital;
  readonly below?: number;
  readonly at_most?: number;
  readonly above?: number;
  readonly at_least?: number;
  /** Added to `below` for each completed year of age. */
  readonly per_completed_year?: number;
}

/** One of these must hold. */
export interface AppliesWith {
  /** Ids of findings that are present today or in the history. */
  readonly findings?: readonly string[];
  readonly temperature_from?: number;
  /** Keys of trained conditions, where likely. */
  readonly conditions?: readonly string[];
}

export interface VitalLimit {
  readonly id: string;
  readonly title: Localised;
  readonly age_from_years: number;
  readonly age_below_years: number;
  readonly applies_with?: AppliesWith;
  readonly bounds: readonly Bound[];
  /** A limit with an urgency fires like a red-flag rule; one without informs. */
  readonly urgency?: RuleUrgency;
  readonly action?: Localised;
  readonly source: Source;
  readonly more_sources?: readonly Source[];
}

interface VitalReference {
  readonly id: string;
  readonly age_from_years: number;
  readonly age_below_years: number;
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
  readonly limits: readonly VitalLimit[];
  readonly scores: readonly VitalScore[];
}

/** A vital sign beyond a limit or outside the reference range of the patient's age. */
export interface OutOfRange {
  readonly id: string;
  readonly kind: 'limit' | 'reference';
  readonly vital: MeasuredVital;
  readonly value: number;
  /** The bound that was crossed. */
  readonly bound: Omit<Bound, 'vital' | 'per_completed_year'>;
  /** Of a limit. */
  readonly title?: Localised;
  readonly source: Source;
}

const NOBODY: ReadonlySet<string> = new Set();

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
    .filter((reference) => isOfAge(reference, patient))
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

/** The vital signs given that no limit, reference or rule evaluates in this patient, to whom NEWS2 does not apply. */
export function unevaluated(
  { limits, references, read_by_rules }: VitalFile,
  patient: Patient,
): (keyof Vitals)[] {
  const read = new Set<keyof Vitals>([
    ...read_by_rules,
    ...limits
      .filter((limit) => applies(limit, patient, NOBODY))
      .flatMap(({ bounds }) => bounds.map(({ vital }) => vital)),
    ...references
      .filter((reference) => isOfAge(reference, patient))
      .flatMap(({ ranges }) => entriesOf(ranges).map(([vital]) => vital)),
  ]);
  // Oxygen is a circumstance, and alert is as one should be.
  if (patient.vitals.consciousness === 'A') read.add('consciousness');
  read.add('supplemental_oxygen');
  return (Object.keys(patient.vitals) as (keyof Vitals)[]).filter((vital) => !read.has(vital));
}

/** Whether a limit or score concerns this patient. */
export function applies(
  {
    applies_with,
    ...ages
  }: Pick<VitalLimit, 'age_from_years' | 'age_below_years'> & { readonly applies_with?: AppliesWith },
  patient: Patient,
  likely: ReadonlySet<string>,
): boolean {
  if (!isOfAge(ages, patient)) return false;
  if (!applies_with) return true;
  const { findings = [], temperature_from = Number.POSITIVE_INFINITY, conditions = [] } = applies_with;
  return (
    patient.findings.some(({ id, present }) => present && findings.includes(id)) ||
    (patient.vitals.temperature_c ?? Number.NEGATIVE_INFINITY) >= temperature_from ||
    conditions.some((key) => likely.has(key))
  );
}

/** Whether the value is beyond the bound. */
export function isBeyond(bound: Bound, value: number, age: number): boolean {
  const { below, at_most, above, at_least } = boundAt(bound, age);
  return (
    (below !== undefined && value < below) ||
    (at_most !== undefined && value <= at_most) ||
    (above !== undefined && value > above) ||
    (at_least !== undefined && value >= at_least)
  );
}

function crossedBounds(
  limit: Omit<VitalLimit, 'urgency' | 'action'>,
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

function boundAt({ vital: _, per_completed_year = 0, ...bound }: Bound, age: number): OutOfRange['bound'] {
  if (bound.below === undefined) return bound;
  return { below: bound.below + per_completed_year * Math.floor(age) };
}

/** A pregnancy told of a man is a slip; no limit here was made for pregnancy. */
function isOfAge(
  { age_from_years, age_below_years }: Pick<VitalLimit, 'age_from_years' | 'age_below_years'>,
  { age, pregnant }: Patient,
): boolean {
  return !pregnant && age >= age_from_years && age < age_below_years;
}

function entriesOf(
  ranges: VitalReference['ranges'],
): readonly (readonly [MeasuredVital, readonly [number, number]])[] {
  return Object.entries(ranges) as (readonly [MeasuredVital, readonly [number, number]])[];
}
