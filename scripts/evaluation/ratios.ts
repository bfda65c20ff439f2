/**
 * Scores cases by the likelihood ratios alone, in the list of orphan diseases: the one part that can forget a paper
 * and learn a patient at once. A trained net cannot, so it has no say here.
 */

import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Model } from '../../lambdas/adapters/model.ts';
import { ApiProblem } from '../../lambdas/api/problem.ts';
import { parsePredictRequest } from '../../lambdas/api/schemas/predict.ts';
import { queryTerms, score } from '../../lambdas/core/likelihood.ts';
import { type Report, readPatient } from '../../lambdas/functions/report.ts';
import type { Case, CaseLine } from './case.ts';
import { pmidsOf } from './codes.ts';
import { elapsed } from './numbers.ts';
import { likelihoodOf, type Overlay, type OverlayCase, ownProfile, type Profile } from './overlay.ts';
import { type Row, told } from './row.ts';
import { Truths } from './truth.ts';

const SHOWN = 10;

/** A case that can be scored, or why it cannot. */
export type Prepared = CaseLine & { readonly report?: Report; readonly problem?: string };

type Judged = Pick<Row, 'status' | 'top' | 'kind' | 'rank' | 'truth_changed' | 'truth_forgotten'>;

/** Reads the patients of the cases, as an answer would. */
export function prepare(model: Model, lines: readonly CaseLine[]): Prepared[] {
  return lines.map((line) => {
    if ('fault' in line) return line;
    try {
      return { ...line, report: readPatient(model, parsePredictRequest(line.case.request), 'es') };
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      return { ...line, problem: error.code };
    }
  });
}

/** The readable ones as the training code reads them; the same case has the same id wherever it was read. */
export function overlayCases(truths: Truths, prepared: readonly Prepared[]): OverlayCase[] {
  return prepared.flatMap((entry) => {
    if ('fault' in entry || entry.report === undefined) return [];
    const { findings, age, gender } = entry.report.patient;
    const present = findings.filter((finding) => finding.present);
    const absent = findings.filter((finding) => !finding.present);
    return {
      id: entry.case.id ?? `${resolve(entry.file)}:${entry.line}`,
      request: {
        symptoms: Object.fromEntries(present.map(({ id, intensity = 5 }) => [id, intensity])),
        absent: absent.map(({ id }) => id),
        age,
        gender,
      },
      truth: { codes: truths.codesOf(entry.case) },
      pmids: pmidsOf(entry.case).map((pmid) => `PMID:${pmid}`),
    };
  });
}

/** Scores the cases that were asked of the overlay, and names the others. */
export function* scoreByRatios(
  { knowledge: { bundle, likelihood } }: Model,
  prepared: readonly Prepared[],
  overlay: Overlay,
  papers: ReadonlySet<number>,
): Generator<Row> {
  const diseases = [...bundle.conditions.slice(0, bundle.orphanCount), ...overlay.added];
  const truths = new Truths(diseases, papers);
  const changes = overlay.changes.values();
  const shared = likelihoodOf(likelihood, overlay.rows);
  const ownProfiles = new Map<number, Profile>();

  function isChanged(profile: Profile): boolean {
    if (profile.row >= bundle.orphanCount) return true;
    const own = ownProfiles.get(profile.row) ?? ownProfile(likelihood, profile.row);
    ownProfiles.set(profile.row, own);
    return !isDeepStrictEqual(profile, own);
  }

  /** Scores of all diseases; a new one that nothing is known of for this case is not in the list. */
  function scoresFor(report: Report, changed: readonly Profile[]): Float64Array {
    const query = queryTerms(likelihood, report.patient.findings);
    const scores = new Float64Array(diseases.length).fill(Number.NEGATIVE_INFINITY);
    scores.set(score(likelihood, query).byRow.subarray(0, bundle.orphanCount));
    const put = (profiles: readonly Profile[], byRow: Float64Array) => {
      for (const [i, { row, terms }] of profiles.entries())
        scores[row] =
          row >= bundle.orphanCount && terms.length === 0 ? Number.NEGATIVE_INFINITY : (byRow[i] as number);
    };
    put(overlay.rows, score(shared, query).byRow);
    put(changed, score(likelihoodOf(likelihood, changed), query).byRow);
    return scores;
  }

  function judge(given: Case, report: Report, changed: readonly Profile[]): Judged {
    const scores = scoresFor(report, changed);
    const truth = truths.rowsOf(given).filter((row) => scores[row] !== Number.NEGATIVE_INFINITY);
    const top = best(scores).map((row) => diseases[row]?.code ?? '');
    if (truth.length === 0) return { status: 'unknown_truth', top };
    const profileOf = (row: number) => [...changed, ...overlay.rows].find((profile) => profile.row === row);
    const profiles = truth.map(profileOf);
    return {
      status: 'scored',
      top,
      kind: 'orphan',
      rank: Math.min(...truth.map((row) => placeOf(scores, row))),
      truth_changed: profiles.some((profile) => profile !== undefined && isChanged(profile)),
      truth_forgotten: profiles.every((profile) => profile?.terms.length === 0),
    };
  }

  for (const entry of prepared) {
    const { file, line } = entry;
    if ('fault' in entry) {
      yield { file, line, status: 'malformed', problem: entry.fault };
      continue;
    }
    const known = { file, line, ...truths.describe(entry.case) };
    if (entry.report === undefined) {
      yield { ...known, status: 'refused', ...(entry.problem !== undefined && { problem: entry.problem }) };
      continue;
    }
    const { report } = entry;
    const start = performance.now();
    const judged = judge(entry.case, report, changes.next().value ?? []);
    const ms = elapsed(start);
    yield {
      ...known,
      ...judged,
      ...told(report.patient.findings, report.warnings),
      ms,
    };
  }
}

/** Place of a row, from 1: a tie counts against it. */
function placeOf(scores: Float64Array, row: number): number {
  const own = scores[row] as number;
  let place = 0;
  for (const other of scores) if (other >= own) place++;
  return place;
}

/** The first rows, best first. */
function best(scores: Float64Array): number[] {
  const rows: number[] = [];
  for (let row = 0; row < scores.length; row++) {
    const value = scores[row] as number;
    if (value === Number.NEGATIVE_INFINITY) continue;
    if (rows.length === SHOWN && value <= (scores[rows[SHOWN - 1] as number] as number)) continue;
    const at = rows.findIndex((other) => (scores[other] as number) < value);
    rows.splice(at < 0 ? rows.length : at, 0, row);
    rows.length = Math.min(rows.length, SHOWN);
  }
  return rows;
}
