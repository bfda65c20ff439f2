/** Red-flag rules: sourced combinations of findings and vital signs that call for action whatever else is known. */
import { type News2Chart, type News2Score, news2 } from './news2.ts';
import { type Evidence, evidenceOf, type StandIns } from './red-evidence.ts';
import type { Finding, FiredRule, Localised, Patient, RuleUrgency, Source, Vocabulary } from './types.ts';
import { type Ages, isMet, isOfAge, type VitalLimit } from './vital-bounds.ts';

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
export interface RedFlagRule extends Ages {
  readonly id: string;
  readonly family: string;
  readonly title: Localised;
  readonly all_of: readonly string[];
  readonly any_of: readonly string[];
  /** How many of `any_of` and `vitals_any_of` must be met. */
  readonly any_of_min: number;
  /** One of these as well. */
  readonly also_any_of?: readonly string[];
  /** Groups of limits; a group with a limit that is met counts as one of `any_of`. */
  readonly vitals_any_of?: readonly (readonly VitalLimit[])[];
  /** Groups of limits; each needs one that is met. */
  readonly vitals_required?: readonly (readonly VitalLimit[])[];
  readonly sex?: 'M' | 'F';
  readonly excludes_pregnancy?: true;
  readonly onset?: OnsetCondition;
  readonly news2?: News2Condition;
  readonly urgency: RuleUrgency;
  readonly urgency_from: 'source' | 'ours';
  readonly action: Localised;
  readonly source: Source;
  readonly more_sources?: readonly Source[];
  /** Fields whose words or judgement are our own. */
  readonly ours: readonly string[];
}

/** Names of a broader term that these terms, though HPO puts them below it, do not say. */
interface NotSaid {
  readonly terms: readonly string[];
  readonly names: readonly string[];
  readonly reason: string;
}

/** A rule that was read and not taken. */
interface LeftOutRule {
  readonly id: string;
  readonly reason: string;
  readonly source: Source;
}

/** `data/clinical/red_flags.json`. */
export interface RedFlagFile extends StandIns {
  readonly reviewed_by_clinician: boolean;
  /** Names that the medical history may say as well: what is lasting, or as recent as the name says. */
  readonly from_history: readonly string[];
  readonly rules: readonly RedFlagRule[];
  readonly not_said: readonly NotSaid[];
  readonly left_out: readonly LeftOutRule[];
}

export interface CompiledRules {
  readonly rules: readonly RedFlagRule[];
  readonly standIns: StandIns;
  /** Term -> the names that it carries, or a broader term that it implies, but for those of `not_said`. */
  readonly namesOf: ReadonlyMap<number, readonly string[]>;
  /** Those of them that it says from the medical history. */
  readonly fromHistory: ReadonlyMap<number, readonly string[]>;
  readonly chart: Pick<News2Chart, 'parameters'>;
}

/**
 * Kinds that the history may tell of, whatever the name. A past symptom or sign is not there today, nor is one that a past illness
 * implies: migraine in the history is no headache.
 */
const HISTORY_KINDS: readonly string[] = ['exposure', 'risk', 'medication', 'demographic'];

/**
 * Ties the rules' names to the vocabulary's terms: once, at start.
 *
 * @throws {Error} where a name stands in no term and nothing stands for it: a rule that can never fire must stop the
 * start, not pass in silence.
 */
export function compileRules(
  {
    rules,
    from_history,
    not_said,
    measured,
    stated,
    composed,
  }: Pick<RedFlagFile, 'rules' | 'from_history' | 'not_said' | keyof StandIns>,
  vocabulary: Vocabulary,
  chart: Pick<News2Chart, 'parameters'>,
): CompiledRules {
  const carriers = Map.groupBy(
    vocabulary.terms.flatMap((term, index) => (term.red ?? []).map((name) => ({ name, index }))),
    ({ name }) => name,
  );
  const known = new Set(carriers.keys());
  const need = (of: string, names: readonly string[]) => {
    for (const name of names)
      if (!known.has(name)) throw new Error(`${of}: no finding carries the name "${name}"`);
  };
  for (const { name } of [...measured, ...stated]) known.add(name);
  for (const { name, of, and_any_of = [] } of composed) {
    need(`Composed finding ${name}`, [...of, ...and_any_of]);
    known.add(name);
  }
  need('The medical history', from_history);
  for (const rule of rules) need(`Red-flag rule ${rule.id}`, namesIn(rule));

  const narrower = narrowerTerms(vocabulary);
  const namesOf = new Map<number, string[]>();
  const used = new Set([
    ...rules.flatMap(namesIn),
    ...composed.flatMap(({ of, and_any_of = [] }) => [...of, ...and_any_of]),
  ]);
  for (const name of used) {
    const own = carriers.get(name) ?? [];
    const start = own.map(({ index }) => index);
    const silent = new Set(not_said.flatMap(({ terms, names }) => (names.includes(name) ? terms : [])));
    const says = (term: number) => !silent.has(vocabulary.terms[term]?.id ?? '');
    for (const term of withNarrower(start, narrower, says)) {
      const names = namesOf.get(term);
      if (names) names.push(name);
      else namesOf.set(term, [name]);
    }
  }
  const fromHistory = new Map(
    [...namesOf].map(([term, names]) => {
      const isLasting = HISTORY_KINDS.includes(vocabulary.terms[term]?.kind ?? '');
      return [term, isLasting ? names : names.filter((name) => from_history.includes(name))];
    }),
  );
  return { rules, standIns: { measured, stated, composed }, namesOf, fromHistory, chart };
}

/** Every name that a rule asks for. */
export function namesIn({ all_of, any_of, also_any_of = [], onset }: RedFlagRule): string[] {
  return [...all_of, ...any_of, ...also_any_of, ...(onset?.sudden_names ?? [])];
}

/**
 * The rules that the patient's present findings and vital signs fire, in the file's order. Of the medical history
 * only exposures, risks, medication, demographics and the names of `from_history` count.
 *
 * A further present finding never takes a rule away nor lowers its urgency.
 */
export function fireRules(compiled: CompiledRules, patient: Patient): FiredRule[] {
  const { standIns, namesOf, fromHistory } = compiled;
  const present = patient.findings.filter((finding) => finding.present);
  const namesOfFinding = ({ term, history }: Finding) => (history ? fromHistory : namesOf).get(term) ?? [];
  const read = (findings: readonly Finding[]) => evidenceOf(standIns, namesOfFinding, findings, patient);
  const evidence = read(present);
  const score = news2(patient.vitals, compiled.chart);
  return compiled.rules
    .filter((rule) => concerns(rule, patient))
    .map((rule) => {
      if (rule.news2) return onScore(rule, rule.news2, score);
      const firedRule = onFindings(rule, evidence, patient);
      if (!firedRule || !rule.onset) return firedRule;
      return onRecentFindings(rule, rule.onset, present, read, patient);
    })
    .filter((rule) => rule !== undefined);
}

/** Immediate ones before urgent ones, each in the order in which they came. */
export function mostUrgentFirst(fired: readonly FiredRule[]): FiredRule[] {
  const of = (level: RuleUrgency) => fired.filter(({ urgency }) => urgency === level);
  return [...of('immediate'), ...of('urgent')];
}

function concerns(rule: RedFlagRule, { age, gender, pregnant }: Patient): boolean {
  if (!isOfAge(rule, age)) return false;
  // Gender O tells nothing of sex: the rule stays.
  if (rule.sex !== undefined && gender !== 'O' && gender !== rule.sex) return false;
  return !(rule.excludes_pregnancy && pregnant);
}

function onFindings(rule: RedFlagRule, evidence: Evidence, patient: Patient): FiredRule | undefined {
  const { all_of, any_of, any_of_min, also_any_of, vitals_any_of = [], vitals_required = [] } = rule;
  // Most rules end here: nothing is collected for them.
  if (!all_of.every((name) => evidence.has(name))) return;
  if (also_any_of && !also_any_of.some((name) => evidence.has(name))) return;
  const required = vitals_required.map((limits) => vitalsMeeting(limits, patient));
  if (required.some((vitals) => vitals.length === 0)) return;
  const signs = any_of.filter((name) => evidence.has(name));
  const measured = vitals_any_of
    .map((limits) => vitalsMeeting(limits, patient))
    .filter((vitals) => vitals.length > 0);
  if (signs.length + measured.length < any_of_min) return;
  const ids = [...all_of, ...signs, ...(also_any_of ?? [])].flatMap((name) => evidence.get(name) ?? []);
  return firing(rule, [...new Set([...ids, ...required.flat(), ...measured.flat()])]);
}

function vitalsMeeting(limits: readonly VitalLimit[], patient: Patient): string[] {
  return limits.filter((limit) => isMet(limit, patient)).map(({ vital }) => vital);
}

/** A stated onset that is too long ago tells against the rule; one that is not known does not. */
function onRecentFindings(
  rule: RedFlagRule,
  { max_days, sudden_names, otherwise }: OnsetCondition,
  present: readonly Finding[],
  read: (findings: readonly Finding[]) => Evidence,
  patient: Patient,
): FiredRule | undefined {
  const candidates = present.filter(({ onset = 0 }) => onset <= max_days);
  const evidence = read(candidates);
  const fired = onFindings(rule, evidence, patient);
  if (!fired) return;
  const sudden =
    candidates.some(({ id, onset }) => onset !== undefined && fired.matched.includes(id)) ||
    sudden_names.some((name) => evidence.has(name));
  if (sudden) return fired;
  const { urgency, action, note } = otherwise;
  return firing({ ...rule, urgency, action }, fired.matched, note);
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
  isReached: (term: number) => boolean,
): ReadonlySet<number> {
  const reached = new Set(start);
  // A set yields what is added while it is walked.
  for (const term of reached)
    for (const below of narrower.get(term) ?? []) if (isReached(below)) reached.add(below);
  return reached;
}
