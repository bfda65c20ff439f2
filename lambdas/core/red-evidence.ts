/** What a patient shows, in the names that the red-flag rules use. */
import type { Finding, Patient, Source } from './types.ts';
import { isMet, type VitalLimit } from './vital-bounds.ts';

/** A measured vital sign that stands for a finding: 39 °C is fever, whether or not somebody wrote the word. */
export interface MeasuredFinding {
  /** As the rules name the finding. */
  readonly name: string;
  /** Any of them. */
  readonly limits: readonly VitalLimit[];
  readonly source: Source;
}

/** What the request says outside its findings: an age, a pregnancy. */
export type StatedFinding = { readonly name: string } & (
  | { readonly pregnant: true }
  | { readonly age_from_years: number }
);

/** Findings that together, or by their intensity or times, say what a rule names: cough and fever, a pain of 8 in 10. */
export interface ComposedFinding {
  readonly name: string;
  /** All of them. */
  readonly of: readonly string[];
  /** And one of these. */
  readonly and_any_of?: readonly string[];
  /** 0-10, inclusive: a finding of `of` without an intensity does not count. */
  readonly intensity_min?: number;
  /** Days, inclusive: how long it lasted, or else how long ago it began. */
  readonly lasting_min_days?: number;
  /** Days, inclusive: a finding of `of` whose onset is not stated does not count. */
  readonly onset_max_days?: number;
  readonly source: Source;
}

/** What stands for a finding without being one. */
export interface StandIns {
  readonly measured: readonly MeasuredFinding[];
  readonly stated: readonly StatedFinding[];
  /** Later ones may build on earlier ones. */
  readonly composed: readonly ComposedFinding[];
}

/** Name -> ids of the findings, names of the vital signs, `age` or `pregnant` that say so. */
export type Evidence = ReadonlyMap<string, readonly string[]>;

type Shown = Map<string, { readonly id: string; readonly finding?: Finding }[]>;

/**
 * @param namesOf the names that a finding says: its own and those of broader terms, as far as they count.
 * @param present findings that are there; absent ones are left out by the caller.
 */
export function evidenceOf(
  { measured, stated, composed }: StandIns,
  namesOf: (finding: Finding) => readonly string[],
  present: readonly Finding[],
  patient: Patient,
): Evidence {
  const shown: Shown = new Map();
  const show = (name: string, id: string, finding?: Finding) => {
    const others = shown.get(name);
    const one = finding ? { id, finding } : { id };
    if (others) others.push(one);
    else shown.set(name, [one]);
  };
  for (const finding of present) for (const name of namesOf(finding)) show(name, finding.id, finding);
  for (const { name, limits } of measured) {
    const met = limits.find((limit) => isMet(limit, patient));
    if (met) show(name, met.vital);
  }
  for (const one of stated) {
    if ('pregnant' in one && patient.pregnant) show(one.name, 'pregnant');
    if ('age_from_years' in one && patient.age >= one.age_from_years) show(one.name, 'age');
  }
  for (const one of composed) for (const id of composedIds(one, shown)) show(one.name, id);
  return new Map([...shown].map(([name, all]) => [name, [...new Set(all.map(({ id }) => id))]]));
}

/** Empty where it does not hold. */
function composedIds(one: ComposedFinding, shown: Shown): string[] {
  const parts = one.of.map((name) => (shown.get(name) ?? []).filter(({ finding }) => isSuch(one, finding)));
  if (parts.some((ids) => ids.length === 0)) return [];
  const beside = one.and_any_of?.flatMap((name) => shown.get(name) ?? []);
  if (beside?.length === 0) return [];
  return [...parts.flat(), ...(beside ?? [])].map(({ id }) => id);
}

function isSuch(
  { intensity_min, lasting_min_days, onset_max_days }: ComposedFinding,
  finding: Finding | undefined,
): boolean {
  const { intensity, duration, onset } = finding ?? {};
  return (
    (intensity_min === undefined || (intensity ?? 0) >= intensity_min) &&
    (lasting_min_days === undefined || (duration ?? onset ?? 0) >= lasting_min_days) &&
    (onset_max_days === undefined || (onset ?? Number.POSITIVE_INFINITY) <= onset_max_days)
  );
}
