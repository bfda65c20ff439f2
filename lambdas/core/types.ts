/** The words every room shares. Pure types: no code, no I/O. */

export type Lang = 'es' | 'en';
export type Localised = Readonly<Record<Lang, string>>;

export const SEVERITIES = [
  'NO_ENFERMO',
  'MOLESTIAS_LEVES',
  'ENFERMEDAD_LEVE',
  'ENFERMEDAD_AGUDA',
  'ENFERMEDAD_CRONICA',
] as const;
export type Severity = (typeof SEVERITIES)[number];

export const REVIEW_REASONS = [
  'LOW_CONFIDENCE',
  'AMBIGUOUS_SET',
  'OUT_OF_DISTRIBUTION',
  'INSUFFICIENT_DATA',
  'ORPHAN_SUSPICION',
  'RULE_DISAGREEMENT',
  'UNSUPPORTED_POPULATION',
  'STALE_MODEL',
  'UNKNOWN_FINDINGS',
  'MODEL_UNAVAILABLE',
] as const;
export type ReviewReason = (typeof REVIEW_REASONS)[number];

export type ConditionKind = 'common' | 'orphan';

/** How soon a condition must be seen to, as the text that describes it states. */
export const STATED_URGENCIES = ['emergency', 'urgent', 'routine', 'self_care'] as const;
export type StatedUrgency = (typeof STATED_URGENCIES)[number];

export const STATED_COURSES = ['acute', 'acute_or_chronic', 'chronic', 'recurrent'] as const;
export type StatedCourse = (typeof STATED_COURSES)[number];

/** What texts of unknown standing say of a gravity that no other text states: that it may not wait, or is acute. */
export type UnconfirmedGravity = 'urgent' | 'acute';

/** How soon the patient should be seen, soonest first; UNKNOWN where nobody states it of what is likeliest. */
export const URGENCY_LEVELS = ['IMMEDIATE', 'URGENT', 'ROUTINE', 'SELF_CARE', 'UNKNOWN'] as const;
export type UrgencyLevel = (typeof URGENCY_LEVELS)[number];

/** The course of what is likeliest. */
export const COURSES = ['ACUTE', 'CHRONIC', 'RECURRENT', 'UNKNOWN'] as const;
export type PatientCourse = (typeof COURSES)[number];

/** What a knowledge-only condition's findings were read from: texts for patients or doctors, or abstracts alone. */
export const PROFILES = ['clinical', 'literature'] as const;
export type ProfileKind = (typeof PROFILES)[number];

/** Best standing among the texts that a condition is known from; what only `other` says awaits confirmation. */
export const SOURCE_KINDS = ['agency', 'reference', 'other', 'literature'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** How the answer to a question is come by: asked, examined, by a test; `finding` where the vocabulary does not say. */
export const WAYS = ['ask', 'examine', 'test', 'finding'] as const;
export type Way = (typeof WAYS)[number];

export type Gender = 'M' | 'F' | 'O';
export type Consciousness = 'A' | 'C' | 'V' | 'P' | 'U';

/** Vital signs in the units their names carry; a key that is missing was not measured. */
export interface Vitals {
  /** Degrees Celsius. */
  readonly temperature_c?: number;
  /** Beats a minute. */
  readonly heart_rate?: number;
  /** Breaths a minute. */
  readonly respiratory_rate?: number;
  readonly systolic_bp_mmhg?: number;
  readonly diastolic_bp_mmhg?: number;
  /** Percent, 0-100. */
  readonly spo2_percent?: number;
  readonly supplemental_oxygen?: boolean;
  /** ACVPU: Alert, new Confusion, Voice, Pain, Unresponsive. */
  readonly consciousness?: Consciousness;
}

/** One finding of the patient in the vocabulary's terms. Unknown findings are simply not here. */
export interface Finding {
  /** HPO id or local `CEN:` id. */
  readonly id: string;
  /** Index into {@link Vocabulary.terms}. */
  readonly term: number;
  readonly present: boolean;
  /** Known from the medical history alone: not said to be there today. */
  readonly history?: true;
  /** 0-10; undefined where none was given (history, `absent`). */
  readonly intensity?: number;
  /** Days since it began. */
  readonly onset?: number;
  /** Days it lasted. */
  readonly duration?: number;
}

/** A patient as the core sees one: canonical findings, no identity. */
export interface Patient {
  readonly findings: readonly Finding[];
  /** Years, 0-120. */
  readonly age: number;
  readonly gender: Gender;
  readonly pregnant?: boolean;
  readonly vitals: Vitals;
}

/** A term of the findings vocabulary, as written in the bundle's `vocabulary.json.gz`. */
export interface Term {
  readonly id: string;
  /** Spanish slug (`dolor_pecho`); HPO terms outside our curated findings have none. */
  readonly slug?: string;
  /** symptom, sign, history, exposure, risk, medication, demographic, family_history, attribute, phenotype. */
  readonly kind: string;
  /** Named in everyday practice: found before a rare phenotype that matches as well. */
  readonly everyday?: true;
  readonly en: string;
  readonly es: string;
  readonly syn_en?: readonly string[];
  readonly syn_es?: readonly string[];
  /** Spanish words that may mean this term or another: found by a search, no names of it. */
  readonly ambiguous?: readonly string[];
  /** Indices of broader terms that this one implies. */
  readonly up?: readonly number[];
  /** Items of the common part switched on (+1) when present, ancestors' included. */
  readonly on?: readonly number[];
  /** Items switched off (-1) when absent, descendants' included. */
  readonly off?: readonly number[];
  /** Names in the red-flag rules that this finding equals. */
  readonly red?: readonly string[];
}

export interface Vocabulary {
  readonly terms: readonly Term[];
  /** Obsolete HPO id -> the id that replaces it. */
  readonly replaced: Readonly<Record<string, string>>;
}

/** A term found by one of its names. */
export interface TermMatch {
  readonly id: string;
  readonly slug?: string;
  readonly label: Localised;
  /** The name that matched, as written in the vocabulary. */
  readonly matched: string;
  /** What was typed says that the finding is not there. */
  readonly negated?: true;
}

/** Where a rule or a recommendation comes from. */
export interface Source {
  readonly title: string;
  readonly publisher: string;
  readonly section: string;
  readonly url: string;
  readonly year?: string;
  readonly read_via?: string;
}

export type RuleUrgency = 'immediate' | 'urgent';

/** A red-flag rule that fired. */
export interface FiredRule {
  readonly id: string;
  readonly title: Localised;
  readonly urgency: RuleUrgency;
  readonly action: Localised;
  readonly source: Source;
  /** Ids of the findings, names of the vital signs, `age` or `pregnant`: what fired it. */
  readonly matched: readonly string[];
  /** What the reader must know of this firing, e.g. that a partial score is a lower bound. */
  readonly note?: Localised;
}

/** A remark to the caller: stable code, words in both languages, the place in the request where there is one. */
export interface Warning {
  readonly code: string;
  readonly message: Localised;
  readonly pointer?: string;
  /** Of an unknown finding: what may be meant. */
  readonly suggestions?: readonly TermMatch[];
}
