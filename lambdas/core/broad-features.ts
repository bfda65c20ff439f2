import { chiefOf, type Known, sumOf } from './broad-findings.ts';
import type { Broad, BroadTable, Entries } from './broad-tables.ts';
import type { Patient } from './types.ts';

export const BROAD_FEATURES = 12;
export const [BM25, LIKELIHOOD, EXPLAINED, MENTIONED, PROFILE, CHIEF_LIKELIHOOD, CHIEF_EXPLAINED] = [
  0, 1, 2, 3, 4, 5, 6,
] as const;
export const [PAST_LIKELIHOOD, PAST_EXPLAINED, ABSENT, SEX, AGE] = [7, 8, 9, 10, 11] as const;
/** A candidate without a clinical profile is nowhere in these: it stands at their mean. */
const CLINICAL: ReadonlySet<number> = new Set([
  LIKELIHOOD,
  EXPLAINED,
  PROFILE,
  CHIEF_LIKELIHOOD,
  CHIEF_EXPLAINED,
  PAST_LIKELIHOOD,
  PAST_EXPLAINED,
]);
/** Years from which newborn, infant, child, adolescent, adult, older adult. */
const AGE_FROM = [0, 0.1, 2, 12, 18, 65];

export function entriesOf(broad: Broad, known: Known): Entries {
  return broad.entries.of(known.finding.term, () => newEntries(broad, known));
}

function newEntries(broad: Broad, { above, information }: Known): Entries {
  const { spec, count } = broad;
  const bm25 = new Float64Array(count);
  const likelihood = new Float64Array(count);
  const explained = new Float64Array(count);
  const mentioned = new Float64Array(count);
  const total = above.reduce((sum, { term }) => sum + (broad.information[term] as number), 0);
  for (const { term, steps } of above) {
    const decay = spec.decay ** steps;
    maximise(broad.bm25, broad.bm25.values, term, bm25, decay);
    maximise(spec.clinical, broad.ratio, term, likelihood, decay);
    const share = (information * (broad.information[term] as number)) / total;
    addConstant(spec.clinical, term, explained, share);
    addConstant(spec.literature, term, mentioned, share);
  }
  const unrelated = Math.log(spec.floor);
  for (let row = 0; row < count; row++) {
    const ratio = likelihood[row] as number;
    likelihood[row] = ratio === 0 ? unrelated : Math.log(spec.weight * ratio + spec.floor);
  }
  return { bm25, likelihood, explained, mentioned };
}

type Entered = Pick<BroadTable, 'offsets' | 'rows'>;

function maximise(
  { offsets, rows }: Entered,
  values: Float64Array,
  term: number,
  into: Float64Array,
  by: number,
) {
  const end = offsets[term + 1] as number;
  for (let at = offsets[term] as number; at < end; at++) {
    const row = rows[at] as number;
    const value = (values[at] as number) * by;
    if (value > (into[row] as number)) into[row] = value;
  }
}

function addConstant({ offsets, rows }: Entered, term: number, into: Float64Array, value: number) {
  const end = offsets[term + 1] as number;
  for (let at = offsets[term] as number; at < end; at++)
    into[rows[at] as number] = (into[rows[at] as number] as number) + value;
}

export function addTerm(
  { offsets, rows }: Entered,
  values: Float64Array,
  term: number,
  into: Float64Array,
  by: number,
) {
  const end = offsets[term + 1] as number;
  for (let at = offsets[term] as number; at < end; at++)
    into[rows[at] as number] = (into[rows[at] as number] as number) + (values[at] as number) * by;
}

/** Features before z-scoring, by feature, then candidate. */
export function rawFeatures(
  broad: Broad,
  { findings, age, gender }: Patient,
  known: readonly Known[],
): Float64Array[] {
  const { spec, count } = broad;
  const raw = Array.from({ length: BROAD_FEATURES }, () => new Float64Array(count));
  const into = (feature: number) => raw[feature] as Float64Array;
  const chief = chiefOf(broad, findings, known);
  const today = sumOf(known.filter(({ past }) => !past));
  const before = sumOf(known.filter(({ past }) => past));
  for (const one of known) {
    const { past, information } = one;
    const own = entriesOf(broad, one);
    addAll(into(BM25), own.bm25, 1);
    addAll(into(past ? PAST_LIKELIHOOD : LIKELIHOOD), own.likelihood, 1);
    addAll(into(past ? PAST_EXPLAINED : EXPLAINED), own.explained, 1 / (past ? before : today));
    if (!past) addAll(into(MENTIONED), own.mentioned, 1 / today);
    if (one === chief) {
      addAll(into(CHIEF_LIKELIHOOD), own.likelihood, 1);
      addAll(into(CHIEF_EXPLAINED), own.explained, 1 / information);
    }
  }
  const closure = new Set(known.flatMap(({ above }) => above.map(({ term }) => term)));
  for (const term of closure) addTerm(spec.clinical, broad.profile, term, into(PROFILE), 1);
  for (const { present, term } of findings)
    if (!present) addTerm(spec.clinical, broad.absent, term, into(ABSENT), 1);
  const sex = ['F', 'M'].indexOf(gender);
  const group = AGE_FROM.findLastIndex((from) => age >= from);
  for (let row = 0; row < count; row++) {
    if (sex >= 0) into(SEX)[row] = spec.sex[row * 2 + sex] as number;
    into(AGE)[row] = spec.age[row * AGE_FROM.length + group] as number;
  }
  return raw;
}

function addAll(into: Float64Array, values: Float64Array, by: number): void {
  for (let i = 0; i < into.length; i++) into[i] = (into[i] as number) + (values[i] as number) * by;
}

/** 1 for the candidates that are nowhere in the feature. */
export const skippedBy = ({ spec, none }: Broad, feature: number): Uint8Array =>
  CLINICAL.has(feature) ? spec.unprofiled : none;

/** Mean and standard deviation over the candidates that are not skipped. */
export function momentsOf(values: Float64Array, skipped: Uint8Array): { mean: number; spread: number } {
  let sum = 0;
  let of = 0;
  for (let row = 0; row < values.length; row++) {
    if (skipped[row] === 1) continue;
    sum += values[row] as number;
    of++;
  }
  const mean = sum / of;
  let squares = 0;
  for (let row = 0; row < values.length; row++) {
    if (skipped[row] === 0) squares += ((values[row] as number) - mean) ** 2;
  }
  return { mean, spread: Math.sqrt(squares / of) };
}
