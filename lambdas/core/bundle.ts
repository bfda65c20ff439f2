/** What the model bundle says, as the core reads it. Pure types; adapters/bundle.ts makes one from the files. */

import type { BroadSpec } from './broad.ts';
import type { GateSpec } from './gate.ts';
import type { OrphanBlend, OrphanFacts } from './orphan.ts';
import type { SetsSpec } from './sets.ts';
import type { PublishedPatient } from './similar.ts';
import type { SupportSpec } from './support.ts';
import type {
  ConditionKind,
  Lang,
  Localised,
  ProfileKind,
  SourceKind,
  StatedCourse,
  StatedUrgency,
  UnconfirmedGravity,
  Vocabulary,
} from './types.ts';
import type { TypicalTable } from './typical.ts';

/** What the sources say of a condition that no patient data were trained on. */
export interface KnowledgeFacts {
  readonly profile: ProfileKind;
  readonly sourceKind: SourceKind;
  /** Null where no source states it. */
  readonly urgency: StatedUrgency | null;
  readonly course: StatedCourse | null;
  /** Of texts of unknown standing; never shown. */
  readonly unconfirmed: UnconfirmedGravity | null;
  /** Title and publisher of each text. */
  readonly sources: readonly string[];
}

/** A condition of the one ranked list. */
export interface Condition {
  /** ICD-10, ORPHA, OMIM, DOID or MeSH. */
  readonly code: string;
  /** Exact equivalents, `code` among them. */
  readonly codes: readonly string[];
  readonly name: Localised;
  /** The language that `name.es` really is in: no Spanish name is known for some. */
  readonly esLang: Lang;
  readonly kind: ConditionKind;
  /** Names a trained common condition in the clinical files (DDXPlus name); no other has one. */
  readonly key?: string;
  /** Only of the broad layer's own conditions, which are known from texts alone. */
  readonly knowledgeOnly?: KnowledgeFacts;
}

/** How a patient becomes the common members' input row. */
export interface FeatureSpec {
  /** One key an item. */
  readonly items: readonly string[];
  /** Lower bounds in years, ascending from 0. */
  readonly ageBands: readonly number[];
  /** Years: the age that stands for an unknown one, the median of the training patients. */
  readonly referenceAge: number;
}

/** A value fitted for each band of evidence: the last one whose least number of findings is reached holds. */
export type Banded<T> = readonly (T & {
  /** Present findings that mean something to the common members. */
  readonly minFindings: number;
})[];

/** The common part. Its classes are the common conditions in order and, last, "no relevant disease". */
export interface CommonSpec {
  /** Of the meta-learner's probabilities; ascending from no finding. */
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

/** The orphan part: likelihood ratios, and their blend with the network. */
export interface OrphanSpec {
  readonly profiles: Profiles;
  /** A finding adds ln(weight * ratio + floor). */
  readonly floor: number;
  readonly weight: number;
  /** 1 for each row of the profiles that published patients made, and what each finding costs such a row. */
  readonly discounted: Uint8Array;
  readonly patientDiscount: number;
  readonly ratioMin: number;
  readonly ratioStep: number;
  readonly blend: OrphanBlend;
  readonly facts: OrphanFacts;
  readonly typical: TypicalTable;
  /** By disease. */
  readonly published: readonly (readonly PublishedPatient[])[];
}

export interface Bundle {
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** Days after which the models are due for review. */
  readonly staleAfterDays: number;
  readonly dataReleases: Readonly<Record<string, string>>;
  readonly vocabulary: Vocabulary;
  readonly features: FeatureSpec;
  readonly common: CommonSpec;
  readonly orphan: OrphanSpec;
  readonly broad: BroadSpec;
  readonly gate: GateSpec;
  readonly sets: SetsSpec;
  readonly support: SupportSpec;
  /** P(orphan) from which the suspicion is possible, and high. */
  readonly orphanLevels: { readonly possible: number; readonly high: number };
  /**
   * Orphan conditions, then the trained common ones without "no relevant disease": the rows of the profiles; then
   * those that the broad layer alone knows.
   */
  readonly conditions: readonly Condition[];
  /** How many of {@link conditions} are orphan, and how many trained common ones follow them. */
  readonly orphanCount: number;
  readonly trainedCount: number;
}
