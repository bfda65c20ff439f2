/** What a request's figures are, and how they are recorded: an answer never fails for its measurement. */

import { Logger } from '@aws-lambda-powertools/logger';
import type { Measurement, Metrics, Step } from '../adapters/metrics.ts';
import { type Caller, GOLDEN_TENANT } from '../api/claims.ts';
import type { PredictResponse } from '../api/schemas/prediction.ts';
import { failureForLog } from './failure.ts';

const logger = new Logger({ serviceName: 'centinela-metrics' });

/**
 * Records; what fails in it goes to the log and not to the caller. What a rollout asks of a new version in nobody's name
 * is not measured: hundreds of made-up patients would stand in the dashboards as if doctors had asked.
 */
export function measure(
  metrics: Metrics,
  caller: Pick<Caller, 'tenant'> | null,
  measurements: readonly Measurement[],
): void {
  if (caller?.tenant === GOLDEN_TENANT) return;
  try {
    metrics.record(measurements);
  } catch (error) {
    logger.error('not measured', { failure: failureForLog(error) });
  }
}

/** To the microsecond: what is below it is noise, and every digit is paid for. */
export function millisecondsSince(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * 1000) / 1000;
}

/** Times the steps of one answer. */
export interface StepTimer {
  /** Milliseconds of each step that was taken. */
  readonly times: ReadonlyMap<Step, number>;
  time<T>(step: Step, run: () => T | Promise<T>): Promise<T>;
}

export function stepTimer(): StepTimer {
  const times = new Map<Step, number>();
  return {
    times,
    time: async (step, run) => {
      const startedAt = performance.now();
      try {
        return await run();
      } finally {
        times.set(step, millisecondsSince(startedAt));
      }
    },
  };
}

/** What is known of an answer besides itself. */
export interface AnswerTimes {
  /** Milliseconds. */
  readonly total: number;
  readonly steps: StepTimer['times'];
  /** Whether the store has it. */
  readonly isRecorded: boolean;
}

export function predictionMeasurements(
  answer: PredictResponse,
  { total, steps, isRecorded }: AnswerTimes,
): Measurement[] {
  const { severity, confidence, model_version, red_flags, review_reasons } = answer;
  return [
    ['PredictionCount', 1, { ModelVersion: model_version ?? 'none', Severity: severity }],
    ...(confidence === null ? [] : [['Confidence', confidence, {}] as const]),
    ['PredictLatency', total, {}],
    ...(answer.requires_immediate_attention ? [['UrgentLatency', total, {}] as const] : []),
    ['RedFlagCount', red_flags.length, {}],
    ['UrgentCount', Number(answer.requires_immediate_attention), {}],
    ['ModelUnavailableCount', Number(model_version === null), {}],
    ['NotRecordedCount', Number(!isRecorded), {}],
    ...[...steps].map(([step, ms]) => ['StageLatency', ms, { Step: step }] as const),
    ...review_reasons.map(({ code }) => ['ReviewCount', 1, { Reason: code }] as const),
  ];
}
