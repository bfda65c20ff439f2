import type { Bundle } from './bundle.ts';
import { type ClinicalCourse, courseOf } from './course.ts';
import type { Differential } from './differential.ts';
import { isInformative } from './features.ts';
import { type ConditionSeverities, severityMass, weighSeverity } from './gravity.ts';
import type { ModelKnowledge } from './parts.ts';
import type { SeverityCosts, SeverityMass } from './severity-costs.ts';
import type { Trust } from './trust.ts';
import type { FiredRule, Patient, PatientCourse, ReviewReason, Severity, UrgencyLevel } from './types.ts';
import { REVIEW_REASONS } from './types.ts';
import {
  type ConditionUrgencies,
  complaintsOf,
  isUrgentByModel,
  spansUrgencies,
  urgencyByRules,
  urgencyLevel,
} from './urgency.ts';

export type OrphanLevel = 'NONE' | 'POSSIBLE' | 'HIGH';

export interface OrphanSuspicion {
  readonly level: OrphanLevel;
  /** That the patient has an orphan condition at all, 0-1. */
  readonly probability: number;
}

export interface Triage {
  readonly severity: Severity;
  /** Probability of the severity shown, 0-1; null where no model ran. */
  readonly confidence: number | null;
  /** Null where no model ran. */
  readonly severityMass: SeverityMass | null;
  readonly urgency: UrgencyLevel;
  readonly course: PatientCourse;
  /** The urgent conditions are probable enough; apart from the rules. */
  readonly urgentByModel: boolean;
  /** Null where no model ran. */
  readonly orphan: OrphanSuspicion | null;
  readonly reviewReasons: readonly ReviewReason[];
}

/** What each condition of the list stands for. */
export interface Gravity {
  readonly severities: ConditionSeverities;
  readonly costs: SeverityCosts;
  readonly urgencies: ConditionUrgencies;
  /** By row; null where nobody states it. */
  readonly courses: readonly (ClinicalCourse | null)[];
}

/** What the models' list does not reflect. */
export interface Gaps {
  /** Findings that the vocabulary does not know. */
  readonly unknownFindings: boolean;
  /** Vital signs that nothing evaluates in this patient, to whom NEWS2 does not apply. */
  readonly vitalsNotScored: boolean;
  /** Vital signs were given, and they score above 0 in NEWS2, cross a limit, or nothing says that they are normal. */
  readonly vitalsMayBeAbnormal: boolean;
  /** The models are older than they may be. */
  readonly staleModel: boolean;
}

const LOW_CONFIDENCE = 0.7;
const ENOUGH_FINDINGS = 3;
/** Years; of the training patients 1.9 % are younger, in 19 of the 49 conditions, many of them adults' diseases. */
const YOUNGEST_SUPPORTED = 1;
/**
 * What an urgency never goes with, whether rules or models call for it: an emergency is acute, whatever chronic illness is
 * behind it. The severity is raised, the urgency never lowered.
 */
const TOO_MILD: Partial<Readonly<Record<UrgencyLevel, readonly Severity[]>>> = {
  IMMEDIATE: ['NO_ENFERMO', 'MOLESTIAS_LEVES', 'ENFERMEDAD_LEVE', 'ENFERMEDAD_CRONICA'],
  URGENT: ['NO_ENFERMO', 'MOLESTIAS_LEVES'],
};

/**
 * Severity, urgency and the reasons for a specialist's review, from the models' list and the rules. No reason for a
 * review lowers the severity or the urgency.
 */
export function triage(
  knowledge: Pick<ModelKnowledge, 'bundle' | 'broad'>,
  { severities, costs, urgencies, courses }: Gravity,
  patient: Patient,
  differential: Differential,
  fired: readonly FiredRule[],
  { set, outOfDistribution, lowSufficiency }: Trust,
  gaps: Gaps,
): Triage {
  const { bundle } = knowledge;
  const urgentByModel = isUrgentByModel(knowledge, urgencies, patient, differential);
  const mayBeWell = !urgentByModel && !gaps.vitalsMayBeAbnormal && isAllRead(bundle, patient, gaps);
  const mass = severityMass(severities, differential);
  const weighed = weighSeverity(bundle, severities, costs, differential, mass, mayBeWell);
  const urgency = urgencyLevel(urgencies, differential, fired, urgentByModel, {
    hasComplaint: complaintsOf(bundle.vocabulary.terms, patient).length > 0,
    vitalsNotScored: gaps.vitalsNotScored,
  });
  const raised = TOO_MILD[urgency]?.includes(weighed.severity) ?? false;
  const severity = raised ? 'ENFERMEDAD_AGUDA' : weighed.severity;
  const confidence = mass[severity];
  const orphan = suspicion(bundle, differential.gate.orphan);
  return {
    severity,
    confidence,
    severityMass: mass,
    urgency,
    course: courseOf(courses, differential),
    urgentByModel,
    orphan,
    reviewReasons: reviewReasons(patient, gaps, {
      LOW_CONFIDENCE: confidence < LOW_CONFIDENCE,
      AMBIGUOUS_SET: spansUrgencies(urgencies, set, differential),
      OUT_OF_DISTRIBUTION: outOfDistribution,
      INSUFFICIENT_DATA: lowSufficiency,
      ORPHAN_SUSPICION: orphan.level !== 'NONE',
      RULE_DISAGREEMENT:
        weighed.partsDisagree || raised || (fired.length > 0 && weighed.severity !== 'ENFERMEDAD_AGUDA'),
      STALE_MODEL: gaps.staleModel,
    }),
  };
}

/** What is left when no model ran: the fired rules, of which there is at least one. */
export function triageByRules(patient: Patient, fired: readonly FiredRule[], gaps: Gaps): Triage {
  return {
    severity: 'ENFERMEDAD_AGUDA',
    confidence: null,
    severityMass: null,
    urgency: urgencyByRules(fired),
    course: 'UNKNOWN',
    urgentByModel: false,
    orphan: null,
    reviewReasons: reviewReasons(patient, gaps, { MODEL_UNAVAILABLE: true }),
  };
}

/** Those that hold, in the contract's order: what the patient's data give rise to, and what else is told. */
function reviewReasons(
  patient: Patient,
  gaps: Gaps,
  told: Partial<Record<ReviewReason, boolean>>,
): ReviewReason[] {
  const holds: Partial<Record<ReviewReason, boolean>> = {
    ...told,
    INSUFFICIENT_DATA: told.INSUFFICIENT_DATA || presentFindings(patient) < ENOUGH_FINDINGS,
    UNSUPPORTED_POPULATION: isUnsupported(patient) || gaps.vitalsNotScored,
    UNKNOWN_FINDINGS: gaps.unknownFindings,
  };
  return REVIEW_REASONS.filter((reason) => holds[reason]);
}

function suspicion({ orphanLevels }: Bundle, probability: number): OrphanSuspicion {
  const { possible, high } = orphanLevels;
  return { level: probability >= high ? 'HIGH' : probability >= possible ? 'POSSIBLE' : 'NONE', probability };
}

/** Whether every complaint means something to the common members: what they cannot read they take for nothing. */
function isAllRead({ vocabulary: { terms } }: Bundle, patient: Patient, { unknownFindings }: Gaps): boolean {
  return !unknownFindings && complaintsOf(terms, patient).every((finding) => isInformative(terms, finding));
}

function presentFindings(patient: Patient): number {
  return patient.findings.filter((finding) => finding.present).length;
}

/** The training data know no pregnancy and few infants. */
function isUnsupported(patient: Patient): boolean {
  return patient.pregnant === true || patient.age < YOUNGEST_SUPPORTED;
}
