/** What Centinela measures of itself: one table for CloudWatch and for Prometheus, and the port that takes it. */

import type { ProblemCode } from '../api/problems.ts';
import type { RouteId } from '../api/routes.ts';
import type { ReviewReason, Severity } from '../core/types.ts';

/** In CloudWatch. */
export const NAMESPACE = 'Centinela';

/** The parts of answering a prediction that are timed. */
export type Step = 'parse' | 'model' | 'explain' | 'present' | 'store';
/** Of an HTTP status: its first digit. */
export type StatusClass = '2xx' | '3xx' | '4xx' | '5xx';

/**
 * What each metric is told apart by: never a patient, a tenant, a caller or a word that anybody wrote, and few values
 * each, for every combination is a time series. The stage comes with all of them.
 */
export interface Dimensions {
  RequestCount: { readonly Route: RouteId | 'none'; readonly Status: StatusClass };
  ErrorCount: { readonly Code: ProblemCode };
  /** The version is `none` where the rules alone answered. */
  PredictionCount: { readonly ModelVersion: string; readonly Severity: Severity };
  Confidence: Nothing;
  PredictLatency: Nothing;
  UrgentLatency: Nothing;
  StageLatency: { readonly Step: Step };
  RedFlagCount: Nothing;
  UrgentCount: Nothing;
  ReviewCount: { readonly Reason: ReviewReason };
  ModelUnavailableCount: Nothing;
  NotRecordedCount: Nothing;
  DoctorRating: Nothing;
}
type Nothing = Readonly<Record<never, never>>;
export type MetricName = keyof Dimensions;

export interface MetricKind {
  /** A count adds up; the others are distributions. */
  readonly unit: 'count' | 'milliseconds' | 'ratio' | 'rating';
  readonly dimensions: readonly string[];
  /** Its name as Prometheus has it; times are in seconds there. */
  readonly prometheus: string;
  readonly help: string;
}

/** Every metric. Counts of an answer are recorded as 0 too, so that their average is a share of the answers. */
export const METRICS: {
  readonly [Name in MetricName]: MetricKind & { readonly dimensions: readonly (keyof Dimensions[Name])[] };
} = {
  RequestCount: {
    unit: 'count',
    dimensions: ['Route', 'Status'],
    prometheus: 'centinela_requests_total',
    help: 'Requests answered, by route and class of status.',
  },
  ErrorCount: {
    unit: 'count',
    dimensions: ['Code'],
    prometheus: 'centinela_errors_total',
    help: 'Answers that were a problem, by its code.',
  },
  PredictionCount: {
    unit: 'count',
    dimensions: ['ModelVersion', 'Severity'],
    prometheus: 'centinela_predictions_total',
    help: 'Predictions, by model version and severity.',
  },
  Confidence: {
    unit: 'ratio',
    dimensions: [],
    prometheus: 'centinela_confidence_ratio',
    help: 'Probability of the severity shown, where the models answered.',
  },
  PredictLatency: {
    unit: 'milliseconds',
    dimensions: [],
    prometheus: 'centinela_predict_latency_seconds',
    help: 'Time to answer a prediction, with its record.',
  },
  UrgentLatency: {
    unit: 'milliseconds',
    dimensions: [],
    prometheus: 'centinela_urgent_latency_seconds',
    help: 'The same, where the answer requires immediate attention.',
  },
  StageLatency: {
    unit: 'milliseconds',
    dimensions: ['Step'],
    prometheus: 'centinela_stage_latency_seconds',
    help: 'Time of each step of a prediction.',
  },
  RedFlagCount: {
    unit: 'count',
    dimensions: [],
    prometheus: 'centinela_red_flags_total',
    help: 'Red flags raised in predictions.',
  },
  UrgentCount: {
    unit: 'count',
    dimensions: [],
    prometheus: 'centinela_urgent_predictions_total',
    help: 'Predictions that require immediate attention.',
  },
  ReviewCount: {
    unit: 'count',
    dimensions: ['Reason'],
    prometheus: 'centinela_reviews_total',
    help: 'Reasons given to have a prediction reviewed.',
  },
  ModelUnavailableCount: {
    unit: 'count',
    dimensions: [],
    prometheus: 'centinela_model_unavailable_total',
    help: 'Requests that the models failed: answered by the rules alone, or not at all.',
  },
  NotRecordedCount: {
    unit: 'count',
    dimensions: [],
    prometheus: 'centinela_not_recorded_total',
    help: 'Predictions answered without a record of them, because the store failed.',
  },
  DoctorRating: {
    unit: 'rating',
    dimensions: [],
    prometheus: 'centinela_doctor_rating',
    help: 'How useful doctors found a prediction, 1 to 5.',
  },
};

/** One figure: milliseconds, a ratio from 0 to 1, a rating from 1 to 5, or what to add to a count. */
export type Measurement = {
  readonly [Name in MetricName]: readonly [name: Name, value: number, dimensions: Dimensions[Name]];
}[MetricName];

/** Where figures go. */
export interface Metrics {
  record(measurements: readonly Measurement[]): void;
  /** All counted so far, as Prometheus reads it (0.0.4); null where the figures are kept elsewhere. */
  readonly text: (() => Promise<string>) | null;
}

/** The deployment's stage, as `CENTINELA_STAGE` has it. */
export function stageOf(env: NodeJS.ProcessEnv): string {
  return env.CENTINELA_STAGE || 'local';
}
