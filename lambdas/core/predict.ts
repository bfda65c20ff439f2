import type { Bundle } from './bundle.ts';
import type { Differential, Ranked } from './differential.ts';
import { top } from './differential.ts';
import type { Explanation } from './explanation.ts';
import { explain } from './explanation.ts';
import type { News2Score } from './news2.ts';
import { news2 } from './news2.ts';
import type { ModelKnowledge, Models } from './parts.ts';
import { ModelFailure, runParts } from './parts.ts';
import { type NextQuestions, nextQuestions } from './questions.ts';
import type { QuestionIndex } from './questions-index.ts';
import type { CompiledRules } from './redflags.ts';
import { fireRules } from './redflags.ts';
import type { Gaps, Gravity, Triage } from './triage.ts';
import { triage, triageByRules } from './triage.ts';
import type { Trust } from './trust.ts';
import { trustOf } from './trust.ts';
import type { FiredRule, Patient, Vitals } from './types.ts';
import { type Scored, vitalScores } from './vital-scores.ts';
import { fireLimits, type OutOfRange, outOfRange, unevaluated, type VitalFile } from './vitals.ts';

/** All that a prediction is made from, besides the patient. */
export interface Knowledge extends ModelKnowledge {
  readonly rules: CompiledRules;
  readonly gravity: Gravity;
  readonly vitals: VitalFile;
  readonly questions: QuestionIndex;
}

/** What the models say. */
export interface ModelView {
  readonly differential: Differential;
  /** The conditions to show, likeliest first. */
  readonly top: readonly Ranked[];
  readonly trust: Trust;
  /** Of the first condition. */
  readonly explanation: Explanation;
  readonly questions: NextQuestions;
}

/** Vital signs beyond NEWS2. */
export interface VitalSigns {
  readonly outOfRange: readonly OutOfRange[];
  readonly scores: readonly Scored[];
  /** Given, and evaluated by nothing in this patient, to whom NEWS2 does not apply. */
  readonly unevaluated: readonly (keyof Vitals)[];
}

export interface Prediction {
  readonly fired: readonly FiredRule[];
  /** Null under 16 years, in pregnancy, or without vital signs. */
  readonly news2: News2Score | null;
  /** Null where none was given. */
  readonly vitalSigns: VitalSigns | null;
  /** Null where the models failed. */
  readonly model: ModelView | null;
  /** What made the models fail; undefined where they did not. */
  readonly failure?: unknown;
  readonly triage: Triage;
}

/** The models failed and no rule fired: there is nothing to answer with. */
export class ModelUnavailableError extends Error {
  override readonly name = 'ModelUnavailableError';
}

/** What is known of a request besides its patient. */
export interface Circumstances {
  /** The request named findings that the patient therefore lacks. */
  readonly unknownFindings: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const SHOWN = 10;
/** From this probability on a condition is likely enough for a recommendation, and for a score made for it. */
const LIKELY_FROM = 0.1;
const ASKED_NEXT = 5;
/** Years from which NEWS2 may be used (Royal College of Physicians, 2017). */
const NEWS2_FROM = 16;
const MS_A_DAY = 86_400_000;

/**
 * One prediction, straight on: rules, parts, gate, list, explanation, triage. The rules come first and stand where the
 * models fail. Only running the models counts as that: a defect of our own is thrown.
 *
 * @throws ModelUnavailableError
 */
export async function predict(
  knowledge: Knowledge,
  patient: Patient,
  { unknownFindings, now }: Circumstances,
  models: Models,
): Promise<Prediction> {
  const { bundle, gravity } = knowledge;
  const ruled = [...fireRules(knowledge.rules, patient), ...fireLimits(knowledge.vitals, patient)];
  const fired = ['immediate', 'urgent'].flatMap((level) => ruled.filter(({ urgency }) => urgency === level));
  // A pregnancy told of a man is a slip, and may not switch the score off.
  const isPregnant = patient.pregnant && patient.gender !== 'M';
  const isScorable = patient.age >= NEWS2_FROM && !isPregnant;
  const score = isScorable ? news2(patient.vitals, knowledge.rules.chart) : null;
  const hasVitals = Object.keys(patient.vitals).length > 0;
  const notEvaluated = isScorable ? [] : unevaluated(knowledge.vitals, patient);
  const vitalSigns = (shown: readonly Ranked[]) =>
    hasVitals ? { ...judgedVitals(knowledge.vitals, patient, shown), unevaluated: notEvaluated } : null;
  const byRules = { fired, news2: score };
  const gaps: Gaps = {
    unknownFindings,
    vitalsNotScored: notEvaluated.length > 0,
    vitalsMayBeAbnormal: hasVitals && (score === null || score.score > 0),
    staleModel: isStale(bundle, now),
  };

  let model: ModelView;
  try {
    model = await view(knowledge, patient, models);
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    const { cause } = error;
    if (fired.length === 0) throw new ModelUnavailableError('the models failed and no rule fired', { cause });
    return {
      ...byRules,
      vitalSigns: vitalSigns([]),
      model: null,
      failure: cause,
      triage: triageByRules(patient, fired, gaps),
    };
  }
  const { differential, trust, top: shown } = model;
  return {
    ...byRules,
    vitalSigns: vitalSigns(shown),
    model,
    triage: triage(knowledge, gravity, patient, differential, fired, trust, gaps),
  };
}

async function view(knowledge: Knowledge, patient: Patient, models: Models): Promise<ModelView> {
  const parts = await runParts(knowledge, patient, models);
  const { bundle } = knowledge;
  const { differential } = parts;
  const shown = top(bundle, differential, SHOWN);
  const [first] = shown;
  if (first === undefined) throw new RangeError('the bundle has no condition');
  return {
    differential,
    top: shown,
    trust: trustOf(knowledge, parts, shown),
    explanation: explain(knowledge, patient, parts, first.row),
    questions: nextQuestions(knowledge, patient, parts, ASKED_NEXT),
  };
}

/** The common conditions shown that are likely enough to advise on. */
export function likelyOf(shown: readonly Ranked[]): Ranked[] {
  return shown.filter(
    ({ condition, probability }) => condition.kind === 'common' && probability >= LIKELY_FROM,
  );
}

function judgedVitals(
  file: VitalFile,
  patient: Patient,
  shown: readonly Ranked[],
): Omit<VitalSigns, 'unevaluated'> {
  const likely = new Set(likelyOf(shown).flatMap(({ condition: { key } }) => key ?? []));
  return {
    outOfRange: outOfRange(file, patient, likely),
    scores: vitalScores(file.scores, patient, likely),
  };
}

/** Whether the models are older than they may be. */
function isStale({ created, staleAfterDays }: Bundle, now: number): boolean {
  return now - created > staleAfterDays * MS_A_DAY;
}
