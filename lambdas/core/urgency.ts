/** How soon a condition must be seen to, as far as anybody says. */

import { knownFindings } from './broad-findings.ts';
import type { Bundle } from './bundle.ts';
import type { Differential } from './differential.ts';
import { inBand, informativeFindings, isBackground, isInformative } from './features.ts';
import type { ModelKnowledge } from './parts.ts';
import type { PredictionSet } from './sets.ts';
import type { Finding, Patient, StatedUrgency, Term } from './types.ts';

export interface ConditionUrgencies {
  /** By index into {@link Bundle.conditions}; null where nobody says, as of orphan conditions. */
  readonly byRow: readonly (StatedUrgency | null)[];
  /** The rows of emergencies. */
  readonly emergencies: readonly number[];
}

/** Of the trained conditions by what they were trained as, of those known from texts by what these state. */
export function urgenciesOf({ conditions, orphanCount, common }: Bundle): ConditionUrgencies {
  const byRow = conditions.map(({ kind, knowledgeOnly }, row) => {
    if (knowledgeOnly) return knowledgeOnly.urgency;
    if (kind === 'orphan') return null;
    return common.urgent[row - orphanCount] ? 'emergency' : 'routine';
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

/** Whether some conditions of the set may not wait and others may; a row of which nobody says tells nothing. */
export function spansUrgencies({ byRow }: ConditionUrgencies, { rows, wellInSet }: PredictionSet): boolean {
  const among = (...urgencies: readonly StatedUrgency[]) =>
    rows.some((row) => urgencies.includes(byRow[row] as StatedUrgency));
  return among('emergency', 'urgent') && (wellInSet || among('routine', 'self_care'));
}

/** The symptoms and signs of today: on anything else alone nobody is called urgent. */
export function complaintsOf(terms: readonly Term[], { findings }: Patient): Finding[] {
  return findings.filter((finding) => finding.present && !isBackground(terms, finding));
}
