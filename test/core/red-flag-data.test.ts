/** Every rule of the data file, by its own data: what meets it fires it, and without any one part it is silent. */
import { describe, expect, it } from 'vitest';
import { news2Chart, redFlags } from '../../lambdas/adapters/clinical.ts';
import { compileRules, fireRules, type RedFlagRule } from '../../lambdas/core/redflags.ts';
import type { Finding, Patient, Vitals } from '../../lambdas/core/types.ts';
import type { VitalLimit } from '../../lambdas/core/vital-bounds.ts';
import { patient, vocabulary } from '../fixtures/vocabulary.ts';

const compiled = compileRules(redFlags, vocabulary, news2Chart);

/** Something that the rule needs, and the findings or vital signs that give it. */
interface Part {
  readonly name: string;
  readonly findings: readonly Finding[];
  readonly vitals: Partial<Vitals>;
}

const says = (name: string, { term }: Finding) => compiled.namesOf.get(term)?.includes(name) ?? false;

/** The findings that say a name, with as few other names as can be. */
function saying(name: string): Finding[] {
  const [own] = vocabulary.terms
    .flatMap(({ id, red }, term) => (red?.includes(name) ? [{ id, term, present: true }] : []))
    .sort(
      (a, b) => (compiled.namesOf.get(a.term)?.length ?? 0) - (compiled.namesOf.get(b.term)?.length ?? 0),
    );
  if (own) return [own];
  const composed = redFlags.composed.find((one) => one.name === name);
  if (!composed) throw new Error(`nothing says ${name}`);
  const { intensity_min, lasting_min_days, onset_max_days } = composed;
  const details = {
    ...(intensity_min !== undefined && { intensity: intensity_min }),
    ...(lasting_min_days !== undefined && { duration: lasting_min_days }),
    ...(onset_max_days !== undefined && { onset: onset_max_days }),
  };
  return [
    ...composed.of.flatMap(saying).map((finding) => ({ ...finding, ...details })),
    ...(composed.and_any_of?.slice(0, 1).flatMap(saying) ?? []),
  ];
}

function meeting(limit: VitalLimit): Partial<Vitals> {
  if (limit.vital === 'consciousness') return { consciousness: limit.values[0] ?? 'A' };
  const { vital, at_least, at_most, above, below } = limit;
  return { [vital]: at_least ?? at_most ?? (above === undefined ? (below ?? 0) - 0.1 : above + 0.1) };
}

const sign = (name: string): Part => ({ name, findings: saying(name), vitals: {} });
const isFor = (age: number) => (limit: VitalLimit) =>
  (limit.age_from_years ?? 0) <= age && age < (limit.age_below_years ?? 121);
const measure = (limits: readonly VitalLimit[], age: number): Part | undefined => {
  const limit = limits.find(isFor(age));
  return limit && { name: limit.vital, findings: [], vitals: meeting(limit) };
};

function ageFor({ age_from_years = 0, age_below_years = 121 }: RedFlagRule): number {
  return age_from_years <= 40 && 40 < age_below_years ? 40 : Math.max(age_from_years, age_below_years - 0.01);
}

/** The fewest parts that meet the rule, signs before vital signs. */
function partsOf(rule: RedFlagRule, age: number): Part[] {
  const required = [...rule.all_of, ...(rule.also_any_of?.slice(0, 1) ?? [])].map(sign);
  const isSaid = (name: string) => required.some(({ findings }) => findings.some((one) => says(name, one)));
  const alreadySaid = rule.any_of.filter(isSaid).length;
  const signs = rule.any_of.filter((name) => !isSaid(name)).map(sign);
  const measured = (rule.vitals_any_of ?? []).flatMap((limits) => measure(limits, age) ?? []);
  return [
    ...required,
    ...(rule.vitals_required ?? []).flatMap((limits) => measure(limits, age) ?? []),
    ...[...signs, ...measured].slice(0, Math.max(0, rule.any_of_min - alreadySaid)),
  ];
}

function patientWith(rule: RedFlagRule, parts: readonly Part[], age = ageFor(rule)): Patient {
  return patient(
    parts.flatMap(({ findings }) => findings),
    { age, gender: rule.sex ?? 'F', vitals: Object.assign({}, ...parts.map(({ vitals }) => vitals)) },
  );
}

const firing = (rule: RedFlagRule, who: Patient) => fireRules(compiled, who).find(({ id }) => id === rule.id);

const onFindings = redFlags.rules.filter(({ news2 }) => !news2).map((rule) => [rule.id, rule] as const);

describe.each(onFindings)('%s', (_, rule) => {
  const age = ageFor(rule);
  const parts = partsOf(rule, age);

  it('fires on what it asks for, names what fired it, and speaks both languages', () => {
    const fired = firing(rule, patientWith(rule, parts));

    expect(fired).toBeDefined();
    const ids = parts.flatMap(({ findings, vitals }) => [
      ...findings.map(({ id }) => id),
      ...Object.keys(vitals),
    ]);
    expect(fired?.matched).toEqual(expect.arrayContaining(ids));
    for (const text of [fired?.title, fired?.action]) {
      expect(text?.es).toBeTruthy();
      expect(text?.en).toBeTruthy();
    }
  });

  it('is silent where any one part is missing', () => {
    for (const missing of parts) {
      const rest = parts
        .filter((part) => part !== missing)
        .map((part) => ({
          ...part,
          // Another finding may say the missing name as well.
          findings: part.findings.filter((finding) => !says(missing.name, finding)),
        }));
      expect(firing(rule, patientWith(rule, rest)), missing.name).toBeUndefined();
    }
  });

  it('keeps its ages and its sex', () => {
    const { age_from_years, age_below_years, sex } = rule;
    const at = (years: number) => firing(rule, patientWith(rule, partsOf(rule, years), years));

    if (age_from_years !== undefined) expect(at(age_from_years)).toBeDefined();
    if (age_from_years !== undefined) expect(at(age_from_years - 0.01)).toBeUndefined();
    if (age_below_years !== undefined) expect(at(age_below_years)).toBeUndefined();
    if (age_below_years !== undefined) expect(at(age_below_years - 0.01)).toBeDefined();
    const other = sex === 'F' ? 'M' : 'F';
    const asOther = firing(rule, { ...patientWith(rule, parts), gender: other });
    expect(asOther === undefined).toBe(sex !== undefined);
  });
});

describe('limits of vital signs', () => {
  const groups = redFlags.rules.flatMap((rule) =>
    (rule.vitals_any_of ?? []).flatMap((limits) => limits.map((limit) => [rule.id, limit, rule] as const)),
  );

  it.each(groups)('%s counts %j as a sign', (_, limit, rule) => {
    const age = Math.max(
      limit.age_from_years ?? 0,
      Math.min(ageFor(rule), (limit.age_below_years ?? 121) - 0.01),
    );
    const all = partsOf(rule, age);
    const optional = all.slice(all.length - rule.any_of_min);
    const others = all.filter((part) => part !== optional[0]);
    const measured: Part = { name: limit.vital, findings: [], vitals: meeting(limit) };

    expect(firing(rule, patientWith(rule, others, age))).toBeUndefined();
    expect(firing(rule, patientWith(rule, [...others, measured], age))?.matched).toContain(limit.vital);
  });
});
