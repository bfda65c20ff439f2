/**
 * Published patients of whom two findings are told; the others answer the questions. Their own paper is left out of the
 * likelihood ratios, and the network, which cannot forget a paper, has no say.
 */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Model } from '../../../lambdas/adapters/model.ts';
import type { Profiles } from '../../../lambdas/core/bundle.ts';
import { closureOf, impliedBy, prepareLikelihood } from '../../../lambdas/core/likelihood.ts';
import { orphanFindings } from '../../../lambdas/core/questions-index.ts';
import type { Finding, Patient } from '../../../lambdas/core/types.ts';
import { runPython } from '../../python.ts';
import { wordInPython } from '../ddxplus.ts';
import { makeOverlay, type Profile } from '../overlay.ts';
import { overlayCases, type Prepared, prepare } from '../ratios.ts';
import { readCases } from '../read.ts';
import { Truths } from '../truth.ts';
import type { Respondent } from './dialogue.ts';

const CASES = resolve(import.meta.dirname, '../../../data/cases/phenopackets.jsonl.gz');
const TOLD = 2;
/** Observed findings that a patient must have to be asked at all. */
const LEAST = 4;
/** So many patients of one disease at most: the most published ones would speak for all. */
const A_DISEASE = 3;

/** A respondent with the model that does not know the paper. */
export interface PublishedPatient extends Respondent {
  readonly model: Pick<Model, 'knowledge' | 'models'>;
  readonly cohort: string;
  /** Nothing is left of the disease without the paper. */
  readonly forgotten: boolean;
}

type Readable = Extract<Prepared, { case: unknown }> & { readonly report: { readonly patient: Patient } };

/** A draw of `count` patients, the same ones for the same `random`. @param folder of the bundle. */
export function* publishedPatients(
  model: Model,
  folder: string,
  count: number,
  random: () => number,
): Generator<PublishedPatient> {
  if (!existsSync(CASES) && runPython(['-m', 'centinela_training.cases']) !== 0)
    throw new Error('the published patients could not be written: see above');
  const { bundle, likelihood } = model.knowledge;
  const truths = Truths.of(bundle, new Set());
  const scored = (patient: Patient) =>
    patient.findings.filter(({ present, term }) => present && impliedBy(likelihood, term).length > 0);
  const usable = prepare(model, readCases(CASES, 'full', wordInPython)).filter(
    (entry): entry is Readable =>
      'case' in entry &&
      entry.report !== undefined &&
      scored(entry.report.patient).length >= LEAST &&
      truths.rowsOf(entry.case).some((row) => row < bundle.orphanCount),
  );
  const drawn = draw(usable, count, random, ({ case: { truth } }) => truth.codes.join());
  const overlay = makeOverlay({ bundle: folder, cases: overlayCases(truths, drawn), leavePaperOut: true });
  for (const [i, entry] of drawn.entries()) {
    const { patient } = entry.report;
    const told = shuffled(scored(patient), random).slice(0, TOLD);
    const truth = truths.rowsOf(entry.case);
    const own = withoutPaper(model, [...overlay.rows, ...(overlay.changes[i] ?? [])]);
    const { offsets } = own.knowledge.questions.orphan;
    yield {
      id: entry.case.id ?? `${entry.line}`,
      cohort: entry.case.cohort ?? `${entry.line}`,
      told: { ...patient, findings: told },
      answer: answersOf(model, patient.findings),
      truth,
      forgotten: truth.every((row) => offsets[row] === offsets[row + 1]),
      model: own,
    };
  }
}

function draw<T>(
  items: readonly T[],
  count: number,
  random: () => number,
  groupOf: (item: T) => string,
): T[] {
  const taken = new Map<string, number>();
  return shuffled(items, random)
    .filter((item) => {
      const before = taken.get(groupOf(item)) ?? 0;
      taken.set(groupOf(item), before + 1);
      return before < A_DISEASE;
    })
    .slice(0, count);
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** What the report tells or implies; of all else nobody knows. */
function answersOf({ knowledge }: Model, findings: readonly Finding[]): Respondent['answer'] {
  const { terms } = knowledge.bundle.vocabulary;
  const observed = findings.filter(({ present }) => present);
  const implied = new Set(observed.flatMap(({ term }) => closureOf(terms, term)));
  const excluded = new Set(findings.filter(({ present }) => !present).map(({ term }) => term));
  return (term) => {
    if (implied.has(term)) return true;
    return closureOf(terms, term).some((above) => excluded.has(above)) ? false : undefined;
  };
}

function withoutPaper({ knowledge, models }: Model, changed: readonly Profile[]): PublishedPatient['model'] {
  const { terms } = knowledge.bundle.vocabulary;
  const { orphanCount, trainedCount } = knowledge.bundle;
  const discounted = knowledge.likelihood.discounted.slice();
  for (const { row, discounted: is } of changed) discounted[row] = Number(is);
  const profiles = withRows(knowledge.bundle.orphan.profiles, changed);
  const orphan = { ...knowledge.bundle.orphan, profiles, discounted };
  const bundle = { ...knowledge.bundle, orphan };
  return {
    knowledge: {
      ...knowledge,
      bundle,
      likelihood: prepareLikelihood(orphan, terms, orphanCount + trainedCount, discounted),
      questions: { ...knowledge.questions, orphan: orphanFindings(bundle) },
    },
    models: { ...models, orphanNet: async () => new Float32Array(orphanCount) },
  };
}

/** The profiles with some rows in the place of their own. */
export function withRows({ offsets, rows, codes }: Profiles, changed: readonly Profile[]): Profiles {
  const replaced = new Set(changed.map(({ row }) => row));
  const added = new Map<number, { readonly row: number; readonly code: number }[]>();
  for (const { row, terms, codes: own } of changed)
    for (const [i, term] of terms.entries())
      added.set(term, [...(added.get(term) ?? []), { row, code: own[i] as number }]);
  const kept = { offsets: new Uint32Array(offsets.length), rows: [] as number[], codes: [] as number[] };
  for (let term = 0; term + 1 < offsets.length; term++) {
    for (let at = offsets[term] as number; at < (offsets[term + 1] as number); at++) {
      if (replaced.has(rows[at] as number)) continue;
      kept.rows.push(rows[at] as number);
      kept.codes.push(codes[at] as number);
    }
    for (const { row, code } of added.get(term) ?? []) {
      kept.rows.push(row);
      kept.codes.push(code);
    }
    kept.offsets[term + 1] = kept.rows.length;
  }
  return { offsets: kept.offsets, rows: Uint16Array.from(kept.rows), codes: Uint8Array.from(kept.codes) };
}
