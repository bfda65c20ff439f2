import type { Bundle } from './bundle.ts';
import type { Differential } from './differential.ts';
import { inBand, informativeFindings, isInformative } from './features.ts';
import type { Finding, FiredRule, Patient, ReviewReason, RuleUrgency, Severity, Term } from './types.ts';
import { REVIEW_REASONS, SEVERITIES } from './types.ts';

/** The severity that each condition stands for, by the severity policy. */
export interface ConditionSeverities {
  /** By class of the common part, "no relevant disease" last. */
  readonly common: readonly Severity[];
  readonly orphan: Severity;
}

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
  /** The urgent conditions are probable enough; apart from the rules. */
  readonly urgentByModel: boolean;
  /** Null where no model ran. */
  readonly orphan: OrphanSuspicion | null;
  readonly reviewReasons: readonly ReviewReason[];
}

/** What the models' list does not reflect. */
export interface Gaps {
  /** Findings that the vocabulary does not know. */
  readonly unknownFindings: boolean;
  /** Vital signs that nothing evaluates in this patient. */
  readonly vitalsNotScored: boolean;
  /** Vital signs were given, and they score above 0 in NEWS2 or nothing says that they are normal. */
  readonly vitalsMayBeAbnormal: boolean;
}

const LOW_CONFIDENCE = 0.7;
const ENOUGH_FINDINGS = 3;
/** Years; of the training patients 1.9 % are younger, in 19 of the 49 conditions, many of them adults' diseases. */
const YOUNGEST_SUPPORTED = 1;
const ILL = SEVERITIES.filter((severity) => severity !== 'NO_ENFERMO');
/** What a fired rule of each urgency never goes with. */
const TOO_MILD: Readonly<Record<RuleUrgency, readonly Severity[]>> = {
  immediate: ['NO_ENFERMO', 'MOLESTIAS_LEVES', 'ENFERMEDAD_LEVE'],
  urgent: ['NO_ENFERMO', 'MOLESTIAS_LEVES'],
};
/** Findings of these kinds are no complaint of today: on them alone nobody is called urgent. */
const BACKGROUND_KINDS: readonly string[] = [
  'history',
  'exposure',
  'risk',
  'medication',
  'demographic',
  'family_history',
];

/** Severity, urgency and the reasons for a specialist's review, from the models' list and the rules. */
export function triage(
  bundle: Bundle,
  severities: ConditionSeverities,
  patient: Patient,
  differential: Differential,
  fired: readonly FiredRule[],
  gaps: Gaps,
): Triage {
  const mass = severityMass(severities, differential);
  const urgentByModel = isUrgentByModel(bundle, patient, differential);
  const mayBeWell = !urgentByModel && !gaps.vitalsMayBeAbnormal && isAllRead(bundle, patient, gaps);
  const likeliest = likeliestSeverity(mass, mayBeWell);
  const raised = fired.some((rule) => TOO_MILD[rule.urgency].includes(likeliest));
  const severity = raised ? 'ENFERMEDAD_AGUDA' : likeliest;
  const orphan = suspicion(bundle, 1 - differential.pCommon);
  return {
    severity,
    confidence: mass[severity],
    urgentByModel,
    orphan,
    reviewReasons: reviewReasons(patient, gaps, {
      LOW_CONFIDENCE: mass[severity] < LOW_CONFIDENCE,
      ORPHAN_SUSPICION: orphan.level !== 'NONE',
      RULE_DISAGREEMENT: fired.length > 0 && likeliest !== 'ENFERMEDAD_AGUDA',
    }),
  };
}

/** What is left when no model ran: the fired rules, of which there is at least one. */
export function triageByRules(patient: Patient, gaps: Gaps): Triage {
  return {
    severity: 'ENFERMEDAD_AGUDA',
    confidence: null,
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
    INSUFFICIENT_DATA: presentFindings(patient) < ENOUGH_FINDINGS,
    UNSUPPORTED_POPULATION: isUnsupported(patient) || gaps.vitalsNotScored,
    UNKNOWN_FINDINGS: gaps.unknownFindings,
  };
  return REVIEW_REASONS.filter((reason) => holds[reason]);
}

/** Probability of each severity; they add up to 1. */
export function severityMass(
  severities: ConditionSeverities,
  differential: Differential,
): Record<Severity, number> {
  const mass = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>;
  for (const [c, p] of differential.common.entries()) {
    const severity = severities.common[c];
    if (severity === undefined) throw new RangeError(`no severity for class ${c}`);
    mass[severity] += differential.pCommon * p;
  }
  mass[severities.orphan] += 1 - differential.pCommon;
  return mass;
}

/**
 * First whether there is disease at all, then how grave: well is said only where it is likelier than ill, nothing is
 * urgent, no vital sign speaks against it and every finding was read.
 */
function likeliestSeverity(mass: Readonly<Record<Severity, number>>, mayBeWell: boolean): Severity {
  if (mass.NO_ENFERMO > 0.5 && mayBeWell) return 'NO_ENFERMO';
  return ILL.reduce((best, severity) => (mass[severity] > mass[best] ? severity : best));
}

function suspicion(bundle: Bundle, probability: number): OrphanSuspicion {
  const { possible, high } = bundle.orphan.levels;
  return { level: probability >= high ? 'HIGH' : probability >= possible ? 'POSSIBLE' : 'NONE', probability };
}

/** Whether the urgent conditions' joint probability reaches the threshold fitted for that many findings. */
function isUrgentByModel(bundle: Bundle, patient: Patient, differential: Differential): boolean {
  const { urgent, urgentThresholds } = bundle.common;
  const { terms } = bundle.vocabulary;
  if (!complaintsOf(terms, patient).some((finding) => isInformative(terms, finding))) return false;
  const { threshold } = inBand(urgentThresholds, informativeFindings(terms, patient.findings));
  const withinCommon = differential.common.reduce((sum, p, c) => sum + (urgent[c] ? p : 0), 0);
  return differential.pCommon * withinCommon >= threshold;
}

/** Whether every complaint means something to the common members: what they cannot read they take for nothing. */
function isAllRead({ vocabulary: { terms } }: Bundle, patient: Patient, { unknownFindings }: Gaps): boolean {
  return !unknownFindings && complaintsOf(terms, patient).every((finding) => isInformative(terms, finding));
}

/** The symptoms and signs of today. */
function complaintsOf(terms: readonly Term[], { findings }: Patient): Finding[] {
  return findings.filter(
    ({ present, history, term }) =>
      present && !history && !BACKGROUND_KINDS.includes(terms[term]?.kind ?? ''),
  );
}

function presentFindings(patient: Patient): number {
  return patient.findings.filter((finding) => finding.present).length;
}

/** The training data know no pregnancy and few infants. */
function isUnsupported(patient: Patient): boolean {
  return patient.pregnant === true || patient.age < YOUNGEST_SUPPORTED;
}
