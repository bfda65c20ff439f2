/** DDXPlus patients (simulated) who tell their initial complaint and answer from all that their row records. */

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Model } from '../../../lambdas/adapters/model.ts';
import { parsePredictRequest } from '../../../lambdas/api/schemas/predict.ts';
import { encode } from '../../../lambdas/core/features.ts';
import { closureOf } from '../../../lambdas/core/likelihood.ts';
import { readPatient } from '../../../lambdas/functions/report.ts';
import type { Case } from '../case.ts';
import { type DdxplusRow, parseDdxplus, type WordRows } from '../ddxplus.ts';
import { Truths } from '../truth.ts';
import type { Respondent } from './dialogue.ts';

const ROWS = resolve(import.meta.dirname, '../../../data/ddxplus/patients.jsonl.gz');
/** Its even test rows made the training's table: `Ddxplus` in the training code. */
const UNTABLED = 'Localized edema';

/** A respondent, and whether the true condition is an emergency. */
export interface SimulatedPatient extends Respondent {
  readonly urgent: boolean;
}

/** The balanced rows kept for tests. */
export function testRows(): DdxplusRow[] {
  const rows = gunzipSync(readFileSync(join(ROWS)))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ split }) => split === 'test')
    .map(parseDdxplus);
  let untabled = 0;
  return rows.filter(({ y }) => y !== UNTABLED || untabled++ % 2 === 1);
}

export function simulatedPatients(
  model: Model,
  rows: readonly DdxplusRow[],
  word: WordRows,
): SimulatedPatient[] {
  const truths = Truths.of(model.knowledge.bundle, new Set());
  const full = word(rows, 'full');
  return word(rows, 'initial').map((initial, i) => ({
    id: `row-${i}`,
    told: patientOf(model, initial),
    answer: answersOf(model, full[i] as Case),
    truth: truths.rowsOf(initial),
    urgent: initial.truth.urgent === true,
  }));
}

const patientOf = (model: Model, { request }: Case) =>
  readPatient(model, parsePredictRequest(request), 'es').patient;

/**
 * Present is what the row's findings are, imply, or record by the same evidence; unknown what is but one of the things
 * that a recorded evidence may mean; all else is absent, as DDXPlus means it.
 */
function answersOf(model: Model, full: Case): Respondent['answer'] {
  const { bundle, questions } = model.knowledge;
  const { terms } = bundle.vocabulary;
  const patient = patientOf(model, full);
  const { items } = encode(bundle.features, terms, patient);
  const implied = new Set(patient.findings.flatMap(({ term }) => closureOf(terms, term)));
  return (term) => {
    const own = questions.own.get(term);
    if (implied.has(term)) return true;
    if (own !== undefined) return own.some((item) => items[item] === 1);
    const { on = [] } = terms[term] ?? {};
    return on.length > 0 && on.every((item) => item >= 0 && items[item] === 1) ? undefined : false;
  };
}
