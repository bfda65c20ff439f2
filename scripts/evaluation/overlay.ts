/**
 * Changed knowledge, case by case: the orphan profiles without the case's own papers, or with known patients added.
 * The training code makes it (`centinela_training.orphan.overlay`), which reads the annotations.
 */

import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type Likelihood, prepareLikelihood } from '../../lambdas/core/likelihood.ts';
import { linesFromPython } from '../python.ts';

const profileSchema = z.object({
  row: z.int().min(0),
  /** Ascending indices into the vocabulary; with none, nothing is known of the disease. */
  terms: z.array(z.int().min(0)),
  /** Ratio codes, as in the bundle's profiles; one a term. */
  codes: z.array(z.int().min(0).max(255)),
  /** Whether published patients made the row. */
  discounted: z.boolean(),
});
/** A row of the orphan profiles. */
export type Profile = z.infer<typeof profileSchema>;

const diseaseSchema = z.object({ code: z.string(), codes: z.array(z.string()) });
const headerSchema = z.object({ new: z.array(diseaseSchema), rows: z.array(profileSchema) });
const changesSchema = z.object({ id: z.string(), rows: z.array(profileSchema) });

export interface Overlay {
  /** Diseases that the bundle does not know; their rows follow after its orphan rows. */
  readonly added: readonly z.infer<typeof diseaseSchema>[];
  /** The rows that are changed for every case. */
  readonly rows: readonly Profile[];
  /** The rows that differ for each case asked for, in order: they take the place of {@link rows}. */
  readonly changes: readonly (readonly Profile[])[];
}

/** A patient as the training code reads one: HPO and local ids alone, the truth in the bundle's codes. */
export interface OverlayCase {
  readonly id: string;
  readonly request: {
    readonly symptoms: Readonly<Record<string, number>>;
    readonly absent: readonly string[];
    readonly age: number;
    readonly gender: string;
  };
  readonly truth: { readonly codes: readonly string[] };
  readonly pmids: readonly string[];
}

export interface OverlayRequest {
  readonly bundle: string;
  readonly cases: readonly OverlayCase[];
  /** Patients to learn from: never one of the case's papers, nor the case itself. */
  readonly support?: readonly OverlayCase[];
  readonly leavePaperOut: boolean;
}

/** @throws Error where the training code fails or answers for other cases. */
export function makeOverlay({ bundle, cases, support, leavePaperOut }: OverlayRequest): Overlay {
  const asked = (folder: string) => {
    const write = (name: string, patients: readonly OverlayCase[]) => {
      writeFileSync(join(folder, name), patients.map((one) => `${JSON.stringify(one)}\n`).join(''));
      return join(folder, name);
    };
    return [
      '--bundle',
      resolve(bundle),
      '--cases',
      write('cases.jsonl', cases),
      ...(support === undefined ? [] : ['--support', write('support.jsonl', support)]),
      ...(leavePaperOut ? ['--leave-paper-out'] : []),
    ];
  };
  const ids = cases.map(({ id }) => id);
  return parseOverlay(
    linesFromPython('orphan.overlay', asked, 'the changed knowledge could not be computed'),
    ids,
  );
}

/** @param ids of the cases asked for, in order. @throws Error where the lines are not the overlay of these cases. */
export function parseOverlay(given: readonly string[], ids: readonly string[]): Overlay {
  const [first = '', ...lines] = given;
  const { new: added, rows } = headerSchema.parse(JSON.parse(first));
  checkLengths('overlay', rows);
  if (lines.length !== ids.length) throw new Error(`overlay of ${lines.length} cases, not of ${ids.length}`);
  const changes = lines.map((line, i) => {
    const { id, rows: own } = changesSchema.parse(JSON.parse(line));
    if (id !== ids[i]) throw new Error(`overlay of the case ${id}, not of ${ids[i]}`);
    checkLengths(`overlay of the case ${id}`, own);
    return own;
  });
  return { added, rows, changes };
}

function checkLengths(what: string, profiles: readonly Profile[]): void {
  const ragged = profiles.find(({ terms, codes }) => terms.length !== codes.length);
  if (ragged) throw new Error(`${what}: row ${ragged.row} has not one code a term`);
}

/** The profiles as a bundle of their own, in their order: `score` gives each what it would give the bundle's row. */
export function likelihoodOf(likelihood: Likelihood, profiles: readonly Profile[]): Likelihood {
  const { orphan, terms } = likelihood;
  return prepareLikelihood(
    { ...orphan, profiles: byTerm(profiles, terms.length) },
    terms,
    profiles.length,
    Uint8Array.from(profiles, ({ discounted }) => Number(discounted)),
  );
}

/** The profiles as the bundle holds them, sparse by term. */
function byTerm(profiles: readonly Profile[], termCount: number): Likelihood['orphan']['profiles'] {
  const offsets = new Uint32Array(termCount + 1);
  for (const { terms } of profiles)
    for (const term of terms) offsets[term + 1] = (offsets[term + 1] as number) + 1;
  for (let term = 0; term < termCount; term++)
    offsets[term + 1] = (offsets[term + 1] as number) + (offsets[term] as number);
  const count = offsets[termCount] as number;
  const [rows, codes] = [new Uint16Array(count), new Uint8Array(count)];
  const next = offsets.slice();
  for (const [row, profile] of profiles.entries())
    for (const [i, term] of profile.terms.entries()) {
      const at = next[term] as number;
      next[term] = at + 1;
      rows[at] = row;
      codes[at] = profile.codes[i] as number;
    }
  return { offsets, rows, codes };
}

/** The row as the bundle itself has it. */
export function ownProfile(likelihood: Likelihood, row: number): Profile {
  const { offsets, rows, codes } = likelihood.orphan.profiles;
  const own: Profile = { row, terms: [], codes: [], discounted: likelihood.discounted[row] === 1 };
  let term = 0;
  for (let at = rows.indexOf(row); at >= 0; at = rows.indexOf(row, at + 1)) {
    while ((offsets[term + 1] as number) <= at) term++;
    own.terms.push(term);
    own.codes.push(codes[at] as number);
  }
  return own;
}
