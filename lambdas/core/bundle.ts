/** What the model bundle says, as the core reads it. Pure types; adapters/bundle.ts makes one from the files. */

import type { ConditionKind, Lang, Localised, Vocabulary } from './types.ts';

/** A condition of the one ranked list. */
export interface Condition {
  /** ICD-10, ORPHA or OMIM. */
  readonly code: string;
  /** Exact equivalents, `code` among them. */
  readonly codes: readonly string[];
  readonly name: Localised;
  /** The language that `name.es` really is in: no Spanish name is known for some. */
  readonly esLang: Lang;
  readonly kind: ConditionKind;
  /** Names a common condition in the knowledge files (DDXPlus name); orphan ones have none. */
  readonly key?: string;
}

/** How a patient becomes the common members' input row. */
export interface FeatureSpec {
  /** One key an item. */
  readonly items: readonly string[];
  /** Lower bounds in years, ascending from 0. */
  readonly ageBands: readonly number[];
}

/** One member of the common ensemble. */
export interface Member {
  readonly file: string;
  readonly weight: number;
}

/** A value fitted for each band of evidence: the last one whose least number of findings is reached holds. */
export type Banded<T> = readonly (T & {
  /** Present findings that mean something to the common members. */
  readonly minFindings: number;
})[];

/** The common part. Its classes are the common conditions in order and, last, "no relevant disease". */
export interface CommonSpec {
  readonly members: readonly Member[];
  /** Ascending from no finding. */
  readonly temperatures: Banded<{ readonly temperature: number }>;
  /** By class. */
  readonly urgent: readonly boolean[];
  /** Probability of the urgent classes from which the models call for attention; ascending. */
  readonly urgentThresholds: Banded<{ readonly threshold: number }>;
  readonly tables: CommonTables;
}

/** Probabilities that explain the common conditions: naive Bayes' own. First index: class. */
export interface CommonTables {
  /** P(item present | class). */
  readonly present: readonly (readonly number[])[];
  /** P(age band | class). */
  readonly age: readonly (readonly number[])[];
  /** P(sex | class), F then M. */
  readonly sex: readonly (readonly number[])[];
  readonly prior: readonly number[];
}

/** Likelihood ratios of term and condition, sparse by term: `rows[offsets[t]..offsets[t + 1]]`, ascending. */
export interface Profiles {
  readonly offsets: Uint32Array;
  /** Index into {@link Bundle.conditions}. */
  readonly rows: Uint16Array;
  /** ln ratio = ratioMin + code * ratioStep. */
  readonly codes: Uint8Array;
}

/** The likelihood-ratio part and the gate. */
export interface OrphanSpec {
  readonly profiles: Profiles;
  readonly floor: number;
  readonly weight: number;
  /** Factor for each step from a term up to a broader one. */
  readonly decay: number;
  readonly ratioMin: number;
  readonly ratioStep: number;
  /** Of the orphan posterior, times the square root of the number of scored findings. */
  readonly temperature: number;
  /** Prior probability that the patient has a common condition or none, 0-1. */
  readonly priorCommon: number;
  /** Orphan probability from which the suspicion is possible, and high. */
  readonly levels: { readonly possible: number; readonly high: number };
}

export interface Bundle {
  readonly version: string;
  readonly dataReleases: Readonly<Record<string, string>>;
  readonly vocabulary: Vocabulary;
  readonly features: FeatureSpec;
  readonly common: CommonSpec;
  readonly orphan: OrphanSpec;
  /** Orphan conditions, then the common ones without "no relevant disease": the rows of the profiles. */
  readonly conditions: readonly Condition[];
  /** How many of {@link conditions} are orphan. */
  readonly orphanCount: number;
}
