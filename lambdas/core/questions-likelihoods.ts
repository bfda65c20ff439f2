/** P(finding | hypothesis) from what each part knows, given the condition independent of all else. */

import type { Bundle } from './bundle.ts';
import type { Differential } from './differential.ts';
import type { Features } from './features.ts';
import { CODES, type FindingsByRow, type QuestionIndex } from './questions-index.ts';

/** What may be behind the findings: conditions, then "no relevant disease", then all other conditions as one. */
export interface Hypotheses {
  /** Indices into the bundle's conditions, likeliest first. */
  readonly rows: readonly number[];
  /** One a row, then none, then the rest; they add up to 1. */
  readonly prior: Float64Array;
}

/** No answer is quite sure: it may be misheard, or the patient untypical. */
const LEAST_P = 0.002;
const MOST_P = 0.98;
/** A narrower finding's P among those who have the broader one is drawn a little towards this. */
const USUAL = 0.1;
const SMOOTHING = 0.01;

/** Calls `visit` with what is typical of one condition, by whoever knows it. */
export function eachFinding(
  { orphanCount, trainedCount, common }: Bundle,
  questions: QuestionIndex,
  features: Features,
  row: number,
  visit: (term: number, present: number) => void,
): void {
  if (row < orphanCount) eachOf(questions.orphan, row, visit);
  else if (row < orphanCount + trainedCount) {
    const present = common.tables.present[row - orphanCount] ?? [];
    for (const term of questions.own.keys()) visit(term, ofTrained(questions, features, present, term) ?? 0);
  } else eachOf(questions.broad, questions.candidates[row] as number, visit);
}

function eachOf(findings: FindingsByRow, row: number, visit: (term: number, present: number) => void): void {
  const end = findings.offsets[row + 1] as number;
  for (let at = findings.offsets[row] as number; at < end; at++)
    visit(findings.terms[at] as number, (findings.codes[at] as number) / CODES);
}

/** P that any of the items is there. */
function anyOf(items: readonly number[], present: readonly number[]): number {
  let none = 1;
  for (const item of items) none *= 1 - (present[item] ?? 0);
  return 1 - none;
}

/** By candidate, then hypothesis; one that knows nothing of a finding gets the mean of those that do. */
export function probabilities(
  bundle: Bundle,
  questions: QuestionIndex,
  features: Features,
  differential: Differential,
  { rows, prior }: Hypotheses,
  candidates: readonly number[],
): Float64Array {
  const { orphanCount, trainedCount } = bundle;
  const { tables } = bundle.common;
  const width = rows.length + 2;
  const present = new Float64Array(candidates.length * width).fill(Number.NaN);
  const put = (h: number, p: (term: number) => number | undefined) => {
    candidates.forEach((term, i) => {
      const value = p(term);
      if (value !== undefined) present[i * width + h] = clamp(value);
    });
  };
  const byClass = (c: number) => {
    const of = tables.present[c] ?? [];
    return (term: number) => ofTrained(questions, features, of, term);
  };
  const own = new Float64Array(questions.terms.length);
  const profiled = (findings: FindingsByRow, row: number, unlisted: number) => {
    own.fill(0);
    eachOf(findings, row, (term, p) => {
      own[term] = p;
    });
    return (term: number) => {
      const background = findings.background[term] as number;
      if (background === 0) return undefined;
      return (own[term] as number) > 0 ? own[term] : unlisted * background;
    };
  };
  const fromTexts = (row: number) => {
    const candidate = questions.candidates[row] as number;
    const isKnown = candidate >= 0 && bundle.broad.unprofiled[candidate] === 0;
    return isKnown ? profiled(questions.broad, candidate, bundle.broad.floor) : () => undefined;
  };
  const ofRow = (row: number) => {
    if (row < orphanCount) return profiled(questions.orphan, row, bundle.orphan.floor);
    const texts = fromTexts(row);
    if (row >= orphanCount + trainedCount) return texts;
    const trained = byClass(row - orphanCount);
    return (term: number) => trained(term) ?? texts(term);
  };
  rows.forEach((row, h) => {
    put(h, ofRow(row));
  });
  put(rows.length, byClass(trainedCount));
  const rest = restOf(differential, bundle, rows, questions);
  put(rows.length + 1, (term) => {
    const known = rest.flatMap(({ mass, findings }) => {
      const background = findings.background[term] as number;
      return background > 0 && mass > 0 ? [{ mass, background }] : [];
    });
    const total = known.reduce((sum, { mass }) => sum + mass, 0);
    return total > 0
      ? known.reduce((sum, { mass, background }) => sum + mass * background, 0) / total
      : undefined;
  });
  fillGaps(present, prior, candidates.length, width);
  return present;
}

/** By the item's own table; where a broader item is known to be there, P of the narrower one among those who have it. */
function ofTrained(
  { own, terms }: QuestionIndex,
  { items }: Features,
  present: readonly number[],
  term: number,
): number | undefined {
  const entries = own.get(term);
  if (entries === undefined) return undefined;
  let among = 1;
  for (const item of terms[term]?.on ?? [])
    if (item >= 0 && items[item] === 1) among = Math.min(among, present[item] as number);
  // Smoothed: a condition that hardly has the broader finding says nothing of the narrower one.
  return (anyOf(entries, present) + SMOOTHING * USUAL) / (among + SMOOTHING);
}

/** The mass that each profiled part leaves for conditions not looked at one by one. */
function restOf(
  { gate, broad, orphan }: Differential,
  { orphanCount }: Bundle,
  rows: readonly number[],
  { orphan: orphanFindings, broad: broadFindings, candidates }: QuestionIndex,
) {
  let toOrphan = gate.orphan;
  let toBroad = gate.broad;
  for (const row of rows) {
    if (row < orphanCount) toOrphan -= gate.orphan * (orphan[row] as number);
    else if ((candidates[row] as number) >= 0)
      toBroad -= gate.broad * (broad[candidates[row] as number] as number);
  }
  return [
    { mass: toOrphan, findings: orphanFindings },
    { mass: toBroad, findings: broadFindings },
  ];
}

/** An unknown likelihood is the mean of the known ones: the answer says nothing of that hypothesis. */
function fillGaps(present: Float64Array, prior: Float64Array, candidates: number, width: number): void {
  for (let i = 0; i < candidates; i++) {
    let sum = 0;
    let mass = 0;
    for (let h = 0; h < width; h++) {
      const p = present[i * width + h] as number;
      if (Number.isNaN(p)) continue;
      sum += (prior[h] as number) * p;
      mass += prior[h] as number;
    }
    for (let h = 0; h < width; h++)
      if (Number.isNaN(present[i * width + h])) present[i * width + h] = mass > 0 ? sum / mass : LEAST_P;
  }
}

const clamp = (p: number): number => Math.min(MOST_P, Math.max(LEAST_P, p));
