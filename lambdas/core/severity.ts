/** The severity class of one condition, by the policy in `data/clinical/severity_policy.json`. */
import type {
  Localised,
  Severity,
  Source,
  StatedCourse,
  StatedUrgency,
  UnconfirmedGravity,
} from './types.ts';

export type Course = 'acute' | 'acute_on_chronic' | 'chronic' | 'recurrent';

/** One of the 49 common conditions of `data/clinical/conditions.json`. */
export interface ClinicalCondition {
  /** Key: the name in DDXPlus, misspellings kept. */
  readonly ddxplus_name: string;
  /** What DDXPlus itself calls it; often too wide, several joined by a comma. */
  readonly icd10_shipped: string;
  readonly name: Localised;
  /** ICD-10-CM. */
  readonly icd10: string;
  /** 1 (worst) to 5. */
  readonly ddxplus_severity: number;
  readonly course: Course;
  readonly time_critical: boolean;
  /** How soon it must be seen to. */
  readonly urgency: StatedUrgency;
  /** What makes it grave or mild, in words. */
  readonly gravity: Localised;
  readonly recommendation: Localised;
  readonly source: Source;
  readonly more_sources?: readonly Source[];
}

/** `data/clinical/conditions.json`. */
export interface ConditionFile {
  readonly reviewed_by_clinician: boolean;
  readonly conditions: readonly ClinicalCondition[];
}

interface SeverityRule {
  readonly id: string;
  readonly when: {
    /** A trained common condition where it is missing. */
    readonly kind?: 'orphan' | 'no_relevant_disease' | 'knowledge_only';
    readonly urgency?: readonly StatedUrgency[];
    readonly course?: readonly (Course | StatedCourse)[];
    readonly time_critical?: readonly boolean[];
    readonly ddxplus_severity?: readonly number[];
    readonly unconfirmed?: readonly UnconfirmedGravity[];
  };
  /** `spread`: over the classes, as often as they are stated of the like; see `severity-spread.ts`. */
  readonly severity: Severity | 'spread';
  readonly reason: Localised;
  readonly source?: Source;
}

/** `data/clinical/severity_policy.json`. */
export interface SeverityPolicy {
  readonly reviewed_by_clinician: boolean;
  readonly owner: string;
  readonly rules: readonly SeverityRule[];
}

/** What is classed: a trained condition or one known from texts by its facts, an orphan one or none by kind alone. */
export type SeveritySubject =
  | ({ readonly kind: 'common' } & Pick<ClinicalCondition, 'course' | 'time_critical' | 'ddxplus_severity'>)
  | {
      readonly kind: 'knowledge_only';
      readonly urgency: StatedUrgency | null;
      readonly course: StatedCourse | null;
      /** What texts of unknown standing alone say; it may raise the class, and is not shown. */
      readonly unconfirmed: UnconfirmedGravity | null;
    }
  | { readonly kind: 'orphan' | 'no_relevant_disease' };

/**
 * The class that the policy's first matching rule gives; null where it spreads the condition over the classes.
 *
 * @throws {RangeError} where no rule matches.
 */
export function severityOf(subject: SeveritySubject, policy: Pick<SeverityPolicy, 'rules'>): Severity | null {
  const rule = policy.rules.find(({ when }) => matches(when, subject));
  if (!rule) throw new RangeError('The severity policy has no rule for this condition');
  return rule.severity === 'spread' ? null : rule.severity;
}

function matches(when: SeverityRule['when'], subject: SeveritySubject): boolean {
  const { kind, ...asked } = when;
  const facts: Readonly<Record<string, unknown>> = { ...subject };
  return (
    (kind ?? 'common') === subject.kind &&
    Object.entries(asked).every(([fact, values]: [string, readonly unknown[]]) =>
      values.includes(facts[fact]),
    )
  );
}

/** From the least grave to the gravest: acute illness may not wait, a chronic one asks for a doctor. */
export const BY_GRAVITY: readonly Severity[] = [
  'NO_ENFERMO',
  'MOLESTIAS_LEVES',
  'ENFERMEDAD_LEVE',
  'ENFERMEDAD_CRONICA',
  'ENFERMEDAD_AGUDA',
];

/** The graver of two classes. */
export function graver(a: Severity, b: Severity): Severity {
  return BY_GRAVITY.indexOf(b) > BY_GRAVITY.indexOf(a) ? b : a;
}
