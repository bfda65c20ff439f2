/**
 * `npm run questions`: what the next questions bring, against random ones and the most frequent finding first, on
 * simulated test patients and on published ones; writes reports/experiments/next_questions.json and .png. `--tune` tries weights on
 * patients simulated from the training tables instead, and prints. docs/evaluation.md
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DEFAULT_MODEL_DIR } from '../lambdas/adapters/bundle.ts';
import { loadModel, type Model } from '../lambdas/adapters/model.ts';
import { COSTS, EXCLUDED, LEAST_UTILITY, RULING_OUT } from '../lambdas/core/questions-policy.ts';
import { type DdxplusRow, parseDdxplus, wordInPython } from './evaluation/ddxplus.ts';
import { generator } from './evaluation/intervals.ts';
import { mean } from './evaluation/numbers.ts';
import { createProgress } from './evaluation/progress.ts';
import { curve, difference, isUrgent, within } from './evaluation/questions/curve.ts';
import {
  amongKnown,
  atRandom,
  byUtility,
  converse,
  mostFrequent,
  type Respondent,
  type Strategy,
  type Turn,
} from './evaluation/questions/dialogue.ts';
import { publishedPatients } from './evaluation/questions/published.ts';
import { simulatedPatients, testRows } from './evaluation/questions/simulated.ts';
import { linesFromPython, runPython } from './python.ts';

const MOST = 10;
const PUBLISHED = 300;
const SEED = 20261121;
const REPORT = 'reports/experiments/next_questions.json';
/** Ending of a strategy's name where it asks only what the report tells. */
const KNOWN = '_known';
/** Weights of ruling out that `--tune` tries, and simulated patients of each condition. */
const TRIED = [0, 0.5, 1, 2, 4];
const A_CONDITION = 6;

const strategies = (): Readonly<Record<string, Strategy>> => ({
  ours: byUtility(),
  random: atRandom(generator(SEED)),
  most_frequent: mostFrequent,
});

type Dialogues = Record<string, { readonly turns: readonly Turn[]; readonly asked: number }[]>;

/** Every strategy's dialogue with every patient. */
async function collect<P extends Respondent>(
  patients: Iterable<P>,
  total: number,
  modelOf: (patient: P) => Pick<Model, 'knowledge' | 'models'>,
  chosenFor: (patient: P) => Readonly<Record<string, Strategy>>,
): Promise<{ readonly dialogues: Dialogues; readonly patients: readonly P[] }> {
  const dialogues: Dialogues = {};
  const asked: P[] = [];
  const progress = createProgress(total);
  for (const patient of patients) {
    for (const [name, strategy] of Object.entries(chosenFor(patient))) {
      dialogues[name] ??= [];
      dialogues[name].push(await converse(modelOf(patient), patient, strategy, MOST));
    }
    asked.push(patient);
    progress(asked.length);
  }
  return { dialogues, patients: asked };
}

const turnsOf = (dialogues: Dialogues, name: string) => (dialogues[name] ?? []).map(({ turns }) => turns);

async function onSimulated(model: Model) {
  const all = simulatedPatients(model, testRows(), wordInPython);
  const chosen = strategies();
  const { dialogues, patients } = await collect(
    all,
    all.length,
    () => model,
    () => chosen,
  );
  const ids = patients.map(({ id }) => id);
  const emergencies = patients.flatMap(({ urgent }, i) => (urgent ? [i] : []));
  const of = (name: string) => {
    const turns = turnsOf(dialogues, name);
    return {
      mean_questions: mean(dialogues[name] ?? [], ({ asked }) => asked),
      top_1: curve(turns, ids, within(1)),
      top_3: curve(turns, ids, within(3)),
      urgent_recall: curve(
        emergencies.map((i) => turns[i] ?? []),
        emergencies.map((i) => ids[i] ?? ''),
        isUrgent,
      ),
    };
  };
  const gain = (name: string, k: number) =>
    difference(turnsOf(dialogues, 'ours'), turnsOf(dialogues, name), ids, within(1), k);
  return {
    n: ids.length,
    urgent: emergencies.length,
    strategies: Object.fromEntries(Object.keys(dialogues).map((name) => [name, of(name)])),
    top_1_gain: Object.fromEntries(
      ['random', 'most_frequent'].map((name) => [
        name,
        Object.fromEntries([1, 3, 5, 10].map((k) => [k, gain(name, k)])),
      ]),
    ),
  };
}

async function onPublished(model: Model) {
  const all = publishedPatients(model, DEFAULT_MODEL_DIR, PUBLISHED, generator(SEED));
  const chosen = Object.entries(strategies());
  const { dialogues, patients } = await collect(
    all,
    PUBLISHED,
    ({ model }) => model,
    (patient) =>
      Object.fromEntries([
        ...chosen,
        ...chosen.map(([name, strategy]) => [`${name}${KNOWN}`, amongKnown(strategy, patient)] as const),
      ]),
  );
  const cohorts = patients.map(({ cohort }) => cohort);
  const of = (name: string) => ({
    mean_questions: mean(dialogues[name] ?? [], ({ asked }) => asked),
    top_1: curve(turnsOf(dialogues, name), cohorts, within(1)),
    top_10: curve(turnsOf(dialogues, name), cohorts, within(10)),
  });
  return {
    n: patients.length,
    cohorts: new Set(cohorts).size,
    disease_forgotten: patients.filter(({ forgotten }) => forgotten).length,
    strategies: Object.fromEntries(Object.keys(dialogues).map((name) => [name, of(name)])),
  };
}

async function report(): Promise<void> {
  const model = await loadModel(DEFAULT_MODEL_DIR);
  const text = {
    model_version: model.knowledge.bundle.version,
    seed: SEED,
    policy: { ruling_out: RULING_OUT, excluded_below: EXCLUDED, least_utility: LEAST_UTILITY, costs: COSTS },
    simulated: await onSimulated(model),
    published: await onPublished(model),
  };
  writeFileSync(REPORT, `${JSON.stringify(text, null, 1)}\n`);
  process.exitCode = runPython(['-m', 'centinela_training.reports.questions', REPORT]);
}

/** Weights of ruling out on patients of the training tables: no test row is seen. */
async function tune(): Promise<void> {
  const model = await loadModel(DEFAULT_MODEL_DIR);
  const patients = simulatedPatients(model, trainingRows(), wordInPython);
  const chosen = Object.fromEntries(TRIED.map((weight) => [`ruling_out_${weight}`, byUtility(weight)]));
  const { dialogues } = await collect(
    patients,
    patients.length,
    () => model,
    () => chosen,
  );
  for (const [name, found] of Object.entries(dialogues)) {
    const at = (holds: (turn: Turn) => boolean, k: number, some = found) =>
      mean(some, ({ turns }) => Number(holds(turns[k] as Turn)));
    const urgent = found.filter((_, i) => patients[i]?.urgent);
    const points = [1, 3, 5, 10].map((k) => ({
      k,
      top_1: at(within(1), k),
      top_3: at(within(3), k),
      urgent_recall: at(isUrgent, k, urgent),
    }));
    console.log(name, JSON.stringify({ asked: mean(found, ({ asked }) => asked), points }));
  }
}

function trainingRows(): DdxplusRow[] {
  const asked = () => ['--simulate', `${A_CONDITION}`];
  const lines = linesFromPython('cases', asked, 'no patients could be simulated');
  return lines.map((line) => parseDdxplus(JSON.parse(line)));
}

const { values } = parseArgs({ options: { tune: { type: 'boolean', default: false } } });
await (values.tune ? tune() : report());
