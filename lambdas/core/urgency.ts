/** How soon a condition must be seen to, as far as anybody says. */

import { knownFindings } from './broad-findings.ts';
import type { Bundle } from './bundle.ts';
import type { Differential } from './differential.ts';
import { inBand, informativeFindings, isBackground, isInformative } from './features.ts';
import type { ModelKnowledge } from './parts.ts';
import type { PredictionSet } from './sets.ts';
import type { Finding, FiredRule, Patient, StatedUrgency, Term, UrgencyLevel } from './types.ts';

export interface ConditionUrgencies {
  /** By index into {@link Bundle.conditions}; null where nobody says, as of orphan conditions. */
  readonly byRow: readonly (StatedUrgency | null)[];
  /** The rows of emergencies. */
  readonly emergencies: readonly number[];
}

/**
 * Of the trained conditions what they were trained as, else what the clinical files say (`trained`, by the condition's
 * key); of those known from texts what these state.
 */
export function urgenciesOf(
  { conditions, orphanCount, common }: Bundle,
  trained: (key: string) => StatedUrgency,
): ConditionUrgencies {
  const byRow = conditions.map(({ kind, key = '', knowledgeOnly }, row) => {
    if (knowledgeOnly) return knowledgeOnly.urgency;
    if (kind === 'orphan') return null;
    return common.urgent[row - orphanCount] ? 'emergency' : trained(key);
  });
  const emergencies = byRow.flatMap((urgency, row) => (urgency === 'emergency' ? [row] : []));
  return { byRow, emergencies };
}

/**
 * Whether the emergencies' joint probability reaches the threshold fitted for that many findings. It takes a complaint
 * of today that the common members or the broad layer can read.
 */
export function isUrgentByModel(
  { bundle, broad }: Pick<ModelKnowledge, 'bundle' | 'broad'>,
  { emergencies }: ConditionUrgencies,
  patient: Patient,
  { probabilities }: Differential,
): boolean {
  const { terms } = bundle.vocabulary;
  const complaints = complaintsOf(terms, patient);
  const isRead =
    complaints.some((finding) => isInformative(terms, finding)) ||
    knownFindings(broad, complaints).length > 0;
  if (!isRead) return false;
  const { threshold } = inBand(bundle.common.urgentThresholds, informativeFindings(terms, patient.findings));
  return emergencies.reduce((sum, row) => sum + (probabilities[row] ?? Number.NaN), 0) >= threshold;
}

/** Emergencies likelier than not: whatever the findings' number, that may not wait. */
const LIKELIER_THAN_NOT = 0.5;

/**
 * How soon the patient should be seen.
 *
 * IMMEDIATE: an immediate rule, or emergencies likelier than not. URGENT: an urgent rule, the models' threshold for
 * emergencies. Below that UNKNOWN where nobody states the urgency of half of the probability or more, or where a vital
 * sign was measured that nothing evaluates. Else URGENT where there is a complaint and half of what is stated may not
 * wait; ROUTINE, or SELF_CARE where half, "no relevant disease" counted, asks for no more. Whatever is not known never
 * lowers it.
 */
export function urgencyLevel(
  { byRow }: ConditionUrgencies,
  { probabilities, none }: Pick<Differential, 'probabilities' | 'none'>,
  fired: readonly FiredRule[],
  urgentByModel: boolean,
  { hasComplaint, vitalsNotScored }: { readonly hasComplaint: boolean; readonly vitalsNotScored: boolean },
): UrgencyLevel {
  let [emergency, urgent, routine, selfCare] = [0, 0, 0, none];
  // No record by name: over ten thousand rows it takes a millisecond.
  for (let row = 0; row < probabilities.length; row++) {
    const probability = probabilities[row] as number;
    switch (byRow[row]) {
      case 'emergency':
        emergency += probability;
        break;
      case 'urgent':
        urgent += probability;
        break;
      case 'routine':
        routine += probability;
        break;
      case 'self_care':
        selfCare += probability;
    }
  }
  const half = (emergency + urgent + routine + selfCare) / 2;
  const byRules = urgencyByRules(fired);
  if (byRules === 'IMMEDIATE' || (urgentByModel && emergency > LIKELIER_THAN_NOT)) return 'IMMEDIATE';
  if (byRules === 'URGENT' || urgentByModel) return 'URGENT';
  if (half <= LIKELIER_THAN_NOT / 2 || vitalsNotScored) return 'UNKNOWN';
  if (hasComplaint && emergency + urgent >= half) return 'URGENT';
  return selfCare > half ? 'SELF_CARE' : 'ROUTINE';
}

/** What the fired rules alone ask for; UNKNOWN where none fired. */
export function urgencyByRules(fired: readonly FiredRule[]): UrgencyLevel {
  if (fired.some(({ urgency }) => urgency === 'immediate')) return 'IMMEDIATE';
  return fired.length > 0 ? 'URGENT' : 'UNKNOWN';
}

/**
 * What the members of a set that may not wait, and those that may, must have together. Policy: a set is made to miss the
 * true condition one time in ten, so that its hundreds of least members tell nothing; without this the reason stood in two
 * answers of three. Measured on simulated patients: docs/evaluation.md.
 */
const WORTH_TELLING = 0.02;

/**
 * Whether some conditions of the set may not wait and others may, each side with some probability; a row of which nobody
 * says tells nothing.
 */
export function spansUrgencies(
  { byRow }: ConditionUrgencies,
  { rows, wellInSet }: PredictionSet,
  { probabilities, none }: Pick<Differential, 'probabilities' | 'none'>,
): boolean {
  let soon = 0;
  let later = wellInSet ? none : 0;
  for (const row of rows) {
    const urgency = byRow[row];
    if (urgency === 'emergency' || urgency === 'urgent') soon += probabilities[row] as number;
    else if (urgency) later += probabilities[row] as number;
  }
  return soon >= WORTH_TELLING && later >= WORTH_TELLING;
}

/** The symptoms and signs of today: on anything else alone nobody is called urgent. */
export function complaintsOf(terms: readonly Term[], { findings }: Patient): Finding[] {
  return findings.filter((finding) => finding.present && !isBackground(terms, finding));
}
