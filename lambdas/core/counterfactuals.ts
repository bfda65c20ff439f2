/** What would have changed the answer: the smallest single changes to what was told. */

import type { Effects } from './explanation.ts';
import { closureOf } from './likelihood.ts';
import type { News2Parameter } from './news2.ts';
import type { CompiledRules } from './redflags.ts';
import type { Finding, FiredRule, Patient, Severity, Term, Vitals } from './types.ts';
import type { VitalLimit } from './vital-bounds.ts';

/** What an answer shows first. */
export interface Verdict {
  /** Index of the first condition into the bundle's. */
  readonly first: number;
  readonly severity: Severity;
  readonly urgent: boolean;
  readonly fired: readonly FiredRule[];
}

type VitalName = keyof Vitals;
type VitalValue = NonNullable<Vitals[VitalName]>;

export type Change =
  | { readonly kind: 'finding_denied'; readonly finding: Finding }
  | {
      readonly kind: 'vital_sign';
      readonly name: VitalName;
      readonly from: VitalValue;
      readonly to: VitalValue;
    };

export interface Counterfactual {
  readonly change: Change;
  readonly before: Verdict;
  readonly after: Verdict;
}

export interface Counterfactuals {
  readonly changes: readonly Counterfactual[];
  /** Of so many present findings ... */
  readonly findings: number;
  /** ... so many were denied in turn. */
  readonly denied: number;
}

/** How the answer to a changed patient is reckoned. */
export interface Rerun {
  /** Everything anew. */
  readonly all: (changed: Patient) => Promise<Verdict>;
  /** Rules and triage, with what the models said: they read no vital sign. */
  readonly rules: (changed: Patient) => Verdict;
  /** The rules alone. */
  readonly fired: (changed: Patient) => readonly FiredRule[];
}

/** Each takes a whole prediction, and an explained answer to eight items may take 40 ms. */
const MOST_DENIED = 2;

/**
 * Findings denied, those of the greatest effect (`effects`: of the first condition, of the urgency, ...) and those that
 * rules fire on before others; and each vital sign moved down and up to the nearest value that makes a difference.
 */
export async function counterfactuals(
  rules: CompiledRules,
  terms: readonly Term[],
  patient: Patient,
  before: Verdict,
  effects: readonly Effects[],
  rerun: Rerun,
): Promise<Counterfactuals> {
  const deniable = deniableFindings(terms, patient);
  const fire = (finding: Finding) => rerun.fired(denying(patient, finding));
  const weight = new Map(
    deniable.map((finding) => [finding, weightOf(before, fire(finding), effects, finding)]),
  );
  const tried = deniable
    .toSorted((a, b) => (weight.get(b) ?? 0) - (weight.get(a) ?? 0) || a.term - b.term)
    .slice(0, MOST_DENIED);
  const changes: Counterfactual[] = [];
  for (const finding of tried) {
    const after = await rerun.all(denying(patient, finding));
    if (differs(before, after)) changes.push({ change: { kind: 'finding_denied', finding }, before, after });
  }
  for (const steps of vitalSteps(rules, patient.vitals)) {
    for (const change of steps) {
      const vitals: Vitals = { ...patient.vitals, [change.name]: change.to };
      const after = rerun.rules({ ...patient, vitals });
      if (!differs(before, after)) continue;
      changes.push({ change, before, after });
      break;
    }
  }
  return { changes, findings: deniable.length, denied: tried.length };
}

/** The same patient, but that the finding is not there. */
export function denying(patient: Patient, finding: Finding): Patient {
  const { id, term } = finding;
  return {
    ...patient,
    findings: patient.findings.map((other) => (other === finding ? { id, term, present: false } : other)),
  };
}

/**
 * Present findings that no other one implies: nobody has a headache without pain. Not the only one: without it there is
 * no patient.
 */
function deniableFindings(terms: readonly Term[], { findings }: Patient): Finding[] {
  const present = findings.filter((finding) => finding.present);
  if (present.length < 2) return [];
  const implied = new Set(present.flatMap(({ term }) => closureOf(terms, term).slice(1)));
  return present.filter(({ term }) => !implied.has(term));
}

/** Its greatest share of the effects, and one more where a rule fires by it. */
function weightOf(
  { fired }: Verdict,
  without: readonly FiredRule[],
  effects: readonly Effects[],
  finding: Finding,
): number {
  const shares = effects.map(({ findings }) => {
    const total = [...findings.values()].reduce((sum, effect) => sum + Math.abs(effect), 0);
    return total > 0 ? Math.abs(findings.get(finding) ?? 0) / total : 0;
  });
  return Math.max(0, ...shares) + Number(signatureOf(without) !== signatureOf(fired));
}

function differs(before: Verdict, after: Verdict): boolean {
  return (
    before.first !== after.first ||
    before.severity !== after.severity ||
    before.urgent !== after.urgent ||
    idsOf(before.fired) !== idsOf(after.fired)
  );
}

const idsOf = (fired: readonly FiredRule[]): string =>
  fired
    .map(({ id }) => id)
    .toSorted()
    .join();

/** Which rules fired, each with its urgency: where the onset is not known it may fire as less. */
export const signatureOf = (fired: readonly FiredRule[]): string =>
  fired
    .map(({ id, urgency }) => `${id} ${urgency}`)
    .toSorted()
    .join();

type VitalChange = Extract<Change, { kind: 'vital_sign' }>;

/** For each vital sign given and each way to move it, the values to try, nearest first. */
function* vitalSteps(rules: CompiledRules, vitals: Vitals): Generator<VitalChange[]> {
  const limits = limitsOf(rules);
  for (const parameter of rules.chart.parameters) {
    const { name } = parameter;
    const from = vitals[name];
    if (from === undefined) continue;
    const step = (to: VitalValue): VitalChange => ({ kind: 'vital_sign', name, from, to });
    if (typeof from === 'boolean') yield [step(!from)];
    else if (typeof from === 'string') yield [step(from === 'A' ? 'C' : 'A')];
    else {
      const edges = edgesOf(parameter, limits).filter(
        (to) => name !== 'systolic_bp_mmhg' || to >= (vitals.diastolic_bp_mmhg ?? 0),
      );
      yield edges
        .filter((to) => to < from)
        .sort((a, b) => b - a)
        .map(step);
      yield edges
        .filter((to) => to > from)
        .sort((a, b) => a - b)
        .map(step);
    }
  }
}

/** Every limit of a vital sign that some rule reads. */
function limitsOf({ rules, standIns }: CompiledRules): VitalLimit[] {
  const ofRules = rules.flatMap(({ vitals_any_of = [], vitals_required = [] }) => [
    ...vitals_any_of.flat(),
    ...vitals_required.flat(),
  ]);
  return [...ofRules, ...standIns.measured.flatMap((measured) => measured.limits)];
}

/** Both sides of every edge: of the chart's bands, and of the rules' limits in units of the chart's last place. */
function edgesOf(parameter: News2Parameter, limits: readonly VitalLimit[]): number[] {
  if (!('bands' in parameter)) return [];
  const bands = parameter.bands.flatMap(({ min, max }) => [min, max]);
  const beside = (edge: number | undefined, units: number): number[] =>
    edge === undefined
      ? []
      : [edge, Number((edge + units * 10 ** -parameter.decimals).toFixed(parameter.decimals))];
  const edges = limits.flatMap((limit) => {
    if (limit.vital !== parameter.name || 'values' in limit) return [];
    const { at_least, at_most, above, below } = limit;
    return [...beside(at_least, -1), ...beside(at_most, 1), ...beside(above, 1), ...beside(below, -1)];
  });
  return [...new Set([...bands, ...edges].filter((edge) => edge !== null))];
}
