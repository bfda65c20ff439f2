/** The severity class of one condition, by the policy in `data/clinical/severity_policy.json`. */
import type { Localised, Severity, Source } from './types.ts';

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
    readonly kind?: 'orphan' | 'no_relevant_disease';
    readonly course?: readonly Course[];
    readonly time_critical?: readonly boolean[];
    readonly ddxplus_severity?: readonly number[];
  };
  readonly severity: Severity;
  readonly reason: Localised;
  readonly source?: Source;
}

/** `data/clinical/severity_policy.json`. */
export interface SeverityPolicy {
  readonly reviewed_by_clinician: boolean;
  readonly owner: string;
  readonly rules: readonly SeverityRule[];
}

/** What is classed: a common condition by its facts, an orphan one or none by kind alone. */
export type SeveritySubject =
  | ({ readonly kind: 'common' } & Pick<ClinicalCondition, 'course' | 'time_critical' | 'ddxplus_severity'>)
  | { readonly kind: 'orphan' | 'no_relevant_disease' };

/**
 * The class that the policy's first matching rule gives.
 *
 * @throws {RangeError} where no rule matches.
 */
export function severityOf(subject: SeveritySubject, policy: Pick<SeverityPolicy, 'rules'>): Severity {
  const rule = policy.rules.find(({ when }) => matches(when, subject));
  if (!rule) throw new RangeError('The severity policy has no rule for this condition');
  return rule.severity;
}

function matches(when: SeverityRule['when'], subject: SeveritySubject): boolean {
  if (when.kind !== undefined) return when.kind === subject.kind;
  if (subject.kind !== 'common') return false;
  return (
    (when.course?.includes(subject.course) ?? true) &&
    (when.time_critical?.includes(subject.time_critical) ?? true) &&
    (when.ddxplus_severity?.includes(subject.ddxplus_severity) ?? true)
  );
}
