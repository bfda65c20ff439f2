/** What came of one case. */

import type { GateWeights } from '../../lambdas/core/differential.ts';
import type { Finding } from '../../lambdas/core/types.ts';

/**
 * - `scored`: answered, and the truth has a place in the list.
 * - `unknown_truth`: the knowledge base has no condition with any of the truth's codes. A miss.
 * - `refused`: the request got a problem for an answer. A miss.
 * - `malformed`: what was read is not a case, so there is no truth to miss.
 */
export type Status = 'scored' | 'unknown_truth' | 'refused' | 'malformed';

/** Trained common condition, condition known from texts alone, or orphan disease. */
export type TruthKind = 'common' | 'broad' | 'orphan';

export interface Row {
  readonly file: string;
  readonly line: number;
  readonly id?: string;
  readonly status: Status;
  /** Problem code of a refused request; what is wrong with a malformed case. */
  readonly problem?: string;
  /** The true disease, for the mean over diseases. */
  readonly disease?: string;
  readonly kind?: TruthKind;
  readonly cohort?: string;
  readonly papers?: readonly number[];
  /** Whether a paper of the case is cited in the knowledge base; missing where the case names none. */
  readonly paper_in_knowledge_base?: boolean;
  /** How many findings are present. */
  readonly findings?: number;
  /** How many findings the vocabulary does not know; they were left out. */
  readonly unknown_findings?: number;
  /** Place of the truth in the full list, from 1; missing for misses. */
  readonly rank?: number;
  readonly top?: readonly string[];
  /** Of the first place. */
  readonly probability?: number;
  /** Of the severity shown. */
  readonly confidence?: number;
  readonly severity?: string;
  readonly true_severity?: string;
  readonly urgent?: boolean;
  readonly true_urgent?: boolean;
  readonly gate?: GateWeights;
  /** Whether any layer explains the findings. */
  readonly covered?: boolean;
  readonly set_size?: number;
  /** Whether the prediction set holds the truth. */
  readonly in_set?: boolean;
  readonly review_reasons?: readonly string[];
  /** Whether the true disease's profile differs from the bundle's: papers forgotten, or patients added. */
  readonly truth_changed?: boolean;
  /** Whether nothing is left of the true disease's profile. */
  readonly truth_forgotten?: boolean;
  readonly ms?: number;
}

/** What a case told: how many present findings were read, and how many names were not known. */
export function told(
  findings: readonly Finding[],
  warnings: readonly { readonly code: string }[],
): Pick<Row, 'findings' | 'unknown_findings'> {
  const unknown = warnings.filter(({ code }) => code === 'UNKNOWN_FINDING').length;
  return {
    findings: findings.filter(({ present }) => present).length,
    ...(unknown > 0 && { unknown_findings: unknown }),
  };
}
