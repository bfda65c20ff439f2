/** The Lambda functions: which handler answers a route, and what it needs of the outside world. */

import type { RouteId } from '../lambdas/api/routes.ts';

/** What a handler uses; it gets no right to the rest. */
export interface Needs {
  /** File of the handler in `lambdas/functions`, without its ending. */
  readonly entry: string;
  readonly model: boolean;
  readonly store: boolean;
}

const plain = { model: false, store: false };

export const FUNCTIONS: Readonly<Record<RouteId, Needs>> = {
  predict: { entry: 'predict', model: true, store: true },
  feedback: { entry: 'feedback', model: false, store: true },
  getPrediction: { entry: 'get-prediction', model: false, store: true },
  nextQuestions: { entry: 'next-questions', model: true, store: true },
  modelCard: { entry: 'model-card', model: true, store: false },
  terms: { entry: 'terms', model: true, store: false },
  health: { entry: 'health', ...plain },
  ready: { entry: 'ready', model: true, store: false },
  openapi: { entry: 'openapi', ...plain },
  metrics: { entry: 'metrics', ...plain },
};

/** Whatever is not a route, and who may come in. */
export const NOT_FOUND: Needs = { entry: 'not-found', ...plain };
export const AUTHORIZER: Needs = { entry: 'authorizer', ...plain };
