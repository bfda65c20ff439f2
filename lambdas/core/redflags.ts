/** Red-flag rules: sourced combinations of findings and vital signs that call for action whatever else is known. */
import { type News2Chart, type News2Score, news2 } from './news2.ts';
import type { Finding, FiredRule, Localised, Patient, RuleUrgency, Source, Vocabulary } from './types.ts';

/** A rule that needs a recent, sudden onset, and what it becomes where the onset is not known. */
interface OnsetCondition {
  /** A finding whose stated onset is longer ago does not match. */
  readonly max_days: number;
  /** Names that say by themselves that the onset was sudden, where none is stated. */
  readonly sudden_names: readonly string[];
  readonly otherwise: {
    readonly urgency: RuleUrgency;
    readonly action: Localised;
    readonly note: Localised;
  };
}

/** Conditions on the score, all of them. */
interface News2Condition {
  readonly total_min?: number;
  readonly total_max?: number;
  /** Some parameter scores exactly this. */
  readonly single_score?: number;
}

/** One rule of `data/clinical/red_flags.json`; names are the vocabulary's `red` names. */
export interface RedFlagRule {
  readonly id: string;
  readonly family: string;
  readonly title: Localised;
  readonly all_of: readonly string[];
  readonly any_of: readonly string[];
  readonly any_of_min: number;
  /** Years, inclusive. */
  readonly age_min_years?: number;
  /** Years, exclusive. */
  readonly age_below_years?: number;
  readonly sex?: 'M' | 'F';
  readonly excludes_pregnancy?: true;
  readonly onset?: OnsetCondition;
  readonly news2?: News2Condition;
  readonly urgency: RuleUrgency;
  readonly action: Localised;
  readonly source: Source;
  readonly more_sources?: readonly Source[];
}

/** A measured vital sign that stands for a finding: 39 °C is fever, whether or not somebody wrote the word. */
export interface MeasuredFinding {
  /** As the rules name the finding. */
  readonly name: string;
  readonly vital: 'temperature_c';
  /** From this value on, in the vital sign's unit. */
  readonly min: number;
  readonly source: Source;
}

/** `data/clinical/red_flags.json`. */
export interface RedFlagFile {
  readonly reviewed_by_clinician: boolean;
  readonly measured: readonly MeasuredFinding[];
  readonly rules: readonly RedFlagRule[];
}

export interface CompiledRules {
  readonly rules: readonly RedFlagRule[];
  readonly measured: readonly MeasuredFinding[];
  /** Name -> the terms that carry it or imply one that does. */
  readonly termsOf: ReadonlyMap<string, ReadonlySet<number>>;
  /** Terms that match from the medical history as well. */
  readonly fromHistory: ReadonlySet<number>;
  readonly chart: Pick<News2Chart, 'parameters'>;
}

/**
 * Kinds that the history may tell of. A past symptom or sign is not there today, nor is one that a past illness
 * implies: migraine in the history is no headache.
 */
const HISTORY_KINDS: readonly string[] = ['exposure', 'risk', 'medication', 'demographic'];

/**
 * Ties the rules' names to the vocabulary's terms: once, at start.
 *
 * @throws {Error} where a name stands in no term: a rule that can never fire must stop the start, not pass in silence.
 */
export function compileRules(
  { rules, measured }: Pick<RedFlagFile, 'rules' | 'measured'>,
  vocabulary: Vocabulary,
  chart: Pick<News2Chart, 'parameters'>,
): CompiledRules {
  const narrower = narrowerTerms(vocabulary);
  const carriers = Map.groupBy(
    vocabulary.terms.flatMap((term, index) => (term.red ?? []).map((name) => ({ name, index }))),
    ({ name }) => name,
  );
  const termsOf = new Map<string, ReadonlySet<number>>();
  for (const rule of rules) {
    for (const name of [...rule.all_of, ...rule.any_of, ...(rule.onset?.sudden_names ?? [])]) {
      const own = carriers.get(name);
      if (!own) throw new Error(`Red-flag rule ${rule.id}: no finding carries the name "${name}"`);
      if (!termsOf.has(name))
        termsOf.set(
          name,
          withNarrower(
            own.map(({ index }) => index),
            narrower,
          ),
        );
    }
  }
  const fromHistory = new Set(
    vocabulary.terms.flatMap(({ kind }, index) => (HISTORY_KINDS.includes(kind) ? [index] : [])),
  );
  return { rules, measured, termsOf, fromHistory, chart };
}

/**
 * The rules that the patient's present findings and vital signs fire, immediate ones first. Of the medical history
 * only exposures, risks, medication and demographics count.
 *
 * A further present finding never takes a rule away nor lowers its urgency.
 */
export function fireRules(compiled: CompiledRules, patient: Patient): FiredRule[] {
  const present = patient.findings.filter(
    ({ present, history, term }) => present && (!history || compiled.fromHistory.has(term)),
  );
  const measured = compiled.measured.filter(({ vital, min }) => (patient.vitals[vital] ?? 0) >= min);
  const score = news2(patient.vitals, compiled.chart);
  const fired = compiled.rules
    .filter((rule) => concerns(rule, patient))
    .map((rule) =>
      rule.news2 ? onScore(rule, rule.news2, score) : onFindings(rule, compiled, present, measured),
    )
    .filter((rule) => rule !== undefined);
  return [
    ...fired.filter((rule) => rule.urgency === 'immediate'),
    ...fired.filter((rule) => rule.urgency === 'urgent'),
  ];
}

function concerns(rule: RedFlagRule, { age, gender, pregnant }: Patient): boolean {
  if (rule.age_min_years !== undefined && age < rule.age_min_years) return false;
  if (rule.age_below_years !== undefined && age >= rule.age_below_years) return false;
  // Gender O tells nothing of sex: the rule stays.
  if (rule.sex !== undefined && gender !== 'O' && gender !== rule.sex) return false;
  return !(rule.excludes_pregnancy && pregnant);
}

function onFindings(
  rule: RedFlagRule,
  { termsOf }: CompiledRules,
  present: readonly Finding[],
  measured: readonly MeasuredFinding[],
): FiredRule | undefined {
  const { onset } = rule;
  // A stated onset that is too long ago tells against the rule; one that is not known does not.
  const candidates = onset ? present.filter((finding) => (finding.onset ?? 0) <= onset.max_days) : present;
  const matching = (name: string) => candidates.filter(({ term }) => termsOf.get(name)?.has(term));
  const idsOf = (name: string) => [
    ...matching(name).map((finding) => finding.id),
    ...measured.filter((finding) => finding.name === name).map(({ vital }) => vital),
  ];
  const required = rule.all_of.map(idsOf);
  const optional = rule.any_of.map(idsOf).filter((matched) => matched.length > 0);
  if (required.some((matched) => matched.length === 0) || optional.length < rule.any_of_min) return;
  const ids = [...new Set([...required, ...optional].flat())];
  const sudden =
    candidates.some((finding) => finding.onset !== undefined && ids.includes(finding.id)) ||
    onset?.sudden_names.some((name) => matching(name).length > 0);
  if (!onset || sudden) return firing(rule, ids);
  const { urgency, action, note } = onset.otherwise;
  return firing({ ...rule, urgency, action }, ids, note);
}

function onScore(
  rule: RedFlagRule,
  condition: News2Condition,
  score: News2Score | null,
): FiredRule | undefined {
  if (!score) return;
  const { total_min = 0, total_max = Number.POSITIVE_INFINITY, single_score } = condition;
  if (score.score < total_min || score.score > total_max) return;
  const scoring = score.parameters.filter((parameter) =>
    single_score === undefined ? parameter.score > 0 : parameter.score === single_score,
  );
  if (scoring.length === 0) return;
  const names = scoring.map((parameter) => parameter.name);
  return firing(rule, names, score.note);
}

function firing(
  { id, title, urgency, action, source }: RedFlagRule,
  matched: readonly string[],
  note?: Localised,
): FiredRule {
  return { id, title, urgency, action, source, matched, ...(note ? { note } : {}) };
}

/** The `up` edges turned round. */
function narrowerTerms({ terms }: Vocabulary): ReadonlyMap<number, readonly number[]> {
  const narrower = new Map<number, number[]>();
  terms.forEach((term, index) => {
    for (const wider of term.up ?? []) {
      const below = narrower.get(wider);
      if (below) below.push(index);
      else narrower.set(wider, [index]);
    }
  });
  return narrower;
}

function withNarrower(
  start: readonly number[],
  narrower: ReadonlyMap<number, readonly number[]>,
): ReadonlySet<number> {
  const reached = new Set(start);
  // A set yields what is added while it is walked.
  for (const term of reached) for (const below of narrower.get(term) ?? []) reached.add(below);
  return reached;
}
