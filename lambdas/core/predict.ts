import type { Bundle } from './bundle.ts';
import { type Counterfactuals, counterfactuals, signatureOf, type Verdict } from './counterfactuals.ts';
import type { Differential, Ranked } from './differential.ts';
import { top } from './differential.ts';
import type { ListExplanation } from './explanation.ts';
import { explain } from './explanation.ts';
import { encode } from './features.ts';
import type { News2Score } from './news2.ts';
import { news2 } from './news2.ts';
import type { ModelKnowledge, Models } from './parts.ts';
import { ModelFailure, runParts } from './parts.ts';
import { type NextQuestions, nextQuestions } from './questions.ts';
import type { QuestionIndex } from './questions-index.ts';
import type { CompiledRules } from './redflags.ts';
import { fireRules, mostUrgentFirst } from './redflags.ts';
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
}

/** What the models say of the patient, and what to ask next of it. */
export interface AskingView extends ModelView {
  readonly questions: NextQuestions;
}

/** Why the answer is what it is, and what would change it. */
export interface Explanation extends ListExplanation {
  readonly counterfactuals: Counterfactuals;
}

/** Vital signs beyond NEWS2. */
export interface VitalSigns {
  readonly outOfRange: readonly OutOfRange[];
  readonly scores: readonly Scored[];
  /** Given, and evaluated by nothing in this patient. */
  readonly unevaluated: readonly (keyof Vitals)[];
}

export interface Prediction {
  readonly fired: readonly FiredRule[];
  /** Null under 16 years, in pregnancy, or without vital signs. */
  readonly news2: News2Score | null;
  /** Null where none was given. */
  readonly vitalSigns: VitalSigns | null;
  /** Null where the models failed. */
  readonly model: AskingView | null;
  /** What made the models fail; undefined where they did not. */
  readonly failure?: unknown;
  readonly gaps: Gaps;
  readonly triage: Triage;
  /** Null where none was asked for, or the models failed. */
  readonly explanation: Explanation | null;
}

/** A prediction but for its reasons. */
export type Assessment = Omit<Prediction, 'explanation'>;

/** The models failed and no rule fired: there is nothing to answer with. */
export class ModelUnavailableError extends Error {
  override readonly name = 'ModelUnavailableError';
}

/** What is known of a request besides its patient. */
export interface Situation {
  /** The request named findings that the patient therefore lacks. */
  readonly unknownFindings: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface Circumstances extends Situation {
  /** Whether the answer is to be explained, which takes longer than the answer. */
  readonly explain: boolean;
}

const SHOWN = 10;
/** From this probability on a condition is likely enough for a recommendation, and for a score made for it. */
const LIKELY_FROM = 0.1;
const ASKED_NEXT = 5;
/** Years from which NEWS2 may be used (Royal College of Physicians, 2017). */
const NEWS2_FROM = 16;
const MS_A_DAY = 86_400_000;

/**
 * One prediction, straight on: what is to be thought of the patient, then why.
 *
 * @throws ModelUnavailableError
 */
export async function predict(
  knowledge: Knowledge,
  patient: Patient,
  circumstances: Circumstances,
  models: Models,
): Promise<Prediction> {
  const assessment = await assess(knowledge, patient, circumstances, models);
  const explanation = circumstances.explain
    ? await explainAssessment(knowledge, patient, circumstances, models, assessment)
    : null;
  return { ...assessment, explanation };
}

/**
 * Rules, parts, gate, list, triage. The rules come first and stand where the models fail. Only running the models counts
 * as that: a defect of our own is thrown.
 *
 * @throws ModelUnavailableError
 */
export async function assess(
  knowledge: Knowledge,
  patient: Patient,
  situation: Situation,
  models: Models,
): Promise<Assessment> {
  const ruled = rule(knowledge, patient, situation);
  const { vitalSigns, ...rules } = ruled;
  try {
    const model = ask(knowledge, patient, await view(knowledge, patient, models));
    return {
      ...rules,
      vitalSigns: vitalSigns(model.top),
      model,
      triage: judge(knowledge, patient, ruled, model),
    };
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    const { cause } = error;
    if (rules.fired.length === 0)
      throw new ModelUnavailableError('the models failed and no rule fired', { cause });
    return {
      ...rules,
      vitalSigns: vitalSigns([]),
      model: null,
      failure: cause,
      triage: triageByRules(patient, rules.fired, rules.gaps),
    };
  }
}

/** What needs no model. */
type Ruled = Pick<Prediction, 'fired' | 'news2' | 'gaps'> & {
  /** By what is shown. */
  readonly vitalSigns: (shown: readonly Ranked[]) => VitalSigns | null;
};

const fire = ({ rules, vitals }: Knowledge, patient: Patient): FiredRule[] =>
  mostUrgentFirst([...fireRules(rules, patient), ...fireLimits(vitals, patient)]);

function rule(knowledge: Knowledge, patient: Patient, { unknownFindings, now }: Situation): Ruled {
  const { bundle, rules, vitals } = knowledge;
  const fired = fire(knowledge, patient);
  const isScorable = patient.age >= NEWS2_FROM && !patient.pregnant;
  const score = isScorable ? news2(patient.vitals, rules.chart) : null;
  const hasVitals = Object.keys(patient.vitals).length > 0;
  const judged = [
    ...fired.flatMap(({ matched }) => matched),
    ...(score?.parameters ?? []).map(({ name }) => name),
  ];
  const notEvaluated = unevaluated(vitals, patient, judged);
  const vitalSigns = (shown: readonly Ranked[]) =>
    hasVitals ? { ...judgedVitals(vitals, patient, shown), unevaluated: notEvaluated } : null;
  const gaps: Gaps = {
    unknownFindings,
    // Of an adult NEWS2 scores all but the diastolic pressure, and leaves nobody unscored by it.
    vitalsNotScored: !isScorable && notEvaluated.length > 0,
    vitalsMayBeAbnormal:
      hasVitals && (score === null || score.score > 0 || outOfRange(vitals, patient, new Set()).length > 0),
    staleModel: isStale(bundle, now),
  };
  return { fired, news2: score, gaps, vitalSigns };
}

function judge(knowledge: Knowledge, patient: Patient, { fired, gaps }: Ruled, model: ModelView): Triage {
  return triage(knowledge, knowledge.gravity, patient, model.differential, fired, model.trust, gaps);
}

type Judged = Pick<Prediction, 'fired' | 'gaps' | 'triage'> & { readonly model: ModelView };

/**
 * Why the answer is what it is. Null where the models failed, in the assessment or now: the answer matters more than
 * its reasons, and stands without them.
 */
export async function explainAssessment(
  knowledge: Knowledge,
  patient: Patient,
  situation: Situation,
  models: Models,
  { fired, gaps, triage, model }: Assessment,
): Promise<Explanation | null> {
  if (model === null) return null;
  try {
    return await explainAll(knowledge, patient, situation, models, { fired, gaps, triage, model });
  } catch (error) {
    if (error instanceof ModelFailure) return null;
    throw error;
  }
}

async function explainAll(
  knowledge: Knowledge,
  patient: Patient,
  situation: Situation,
  models: Models,
  judged: Judged,
): Promise<Explanation> {
  const { rules, bundle } = knowledge;
  const list = await explain(knowledge, patient, judged.model.top, models);
  const effects = [...list.conditions.slice(0, 1).map((first) => first.effects), list.urgency];
  const before = verdictOf(judged);
  const again = (changed: Patient, ruled: Ruled, model: ModelView): Verdict =>
    verdictOf({ fired: ruled.fired, model, triage: judge(knowledge, changed, ruled, model) });
  const { terms } = bundle.vocabulary;
  const changes = await counterfactuals(rules, terms, patient, before, effects, {
    all: async (changed) =>
      again(changed, rule(knowledge, changed, situation), await view(knowledge, changed, models)),
    fired: (changed) => fire(knowledge, changed),
    rules: (changed) => {
      const ruled = rule(knowledge, changed, situation);
      // Of the vital signs the triage reads no more than this: most moves need none.
      const isSame =
        signatureOf(ruled.fired) === signatureOf(judged.fired) &&
        ruled.gaps.vitalsMayBeAbnormal === judged.gaps.vitalsMayBeAbnormal;
      return isSame ? before : again(changed, ruled, judged.model);
    },
  });
  return { ...list, counterfactuals: changes };
}

function verdictOf({ fired, model, triage }: Omit<Judged, 'gaps'>): Verdict {
  return {
    first: model.top[0]?.row ?? Number.NaN,
    severity: triage.severity,
    urgent: fired.length > 0 || triage.urgentByModel,
    fired,
  };
}

async function view(knowledge: Knowledge, patient: Patient, models: Models): Promise<ModelView> {
  const parts = await runParts(knowledge, patient, models);
  const { bundle } = knowledge;
  const { differential } = parts;
  const shown = top(bundle, differential, SHOWN);
  return { differential, top: shown, trust: trustOf(knowledge, parts, shown) };
}

function ask(knowledge: Knowledge, patient: Patient, view: ModelView): AskingView {
  const { features: spec, vocabulary } = knowledge.bundle;
  const features = encode(spec, vocabulary.terms, patient);
  const { differential } = view;
  return { ...view, questions: nextQuestions(knowledge, patient, { features, differential }, ASKED_NEXT) };
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
