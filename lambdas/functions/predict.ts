/** POST /v1/predict. */

import { Logger } from '@aws-lambda-powertools/logger';
import type { Model } from '../adapters/model.ts';
import type { Services } from '../adapters/services.ts';
import type { PredictionRecord } from '../adapters/store/index.ts';
import { parsePredictRequest, unusualVitals } from '../api/schemas/predict.ts';
import type { PredictResponse } from '../api/schemas/prediction.ts';
import { assess, explainAssessment, type Prediction } from '../core/predict.ts';
import type { Lang, Patient } from '../core/types.ts';
import { failureForLog } from './failure.ts';
import { type HttpHandler, httpHandler } from './http.ts';
import { measure, millisecondsSince, predictionMeasurements, type StepTimer, stepTimer } from './measure.ts';
import { inInitPhase, withOwnServices } from './own.ts';
import { presentPrediction } from './present.ts';
import { readPatient } from './report.ts';
import { tryOut } from './try-out.ts';
import { NOT_COVERED, NOT_RECORDED, vitalNotScored } from './words.ts';

const logger = new Logger({ serviceName: 'centinela-predict' });

/** A prediction with all that led to it. */
export interface Answered {
  readonly patient: Patient;
  readonly prediction: Prediction;
  readonly answer: PredictResponse;
}

/** The names and the moment that an answer carries. */
export interface Occasion {
  readonly predictionId: string;
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly lang: Lang;
}

/**
 * What the route does, but for the store: parse, assess, explain, present.
 *
 * @throws ApiProblem for a request that cannot be answered; ModelUnavailableError where the models failed and no rule
 * fired.
 */
export async function answerRequest(
  model: Model,
  body: unknown,
  occasion: Occasion,
  steps: StepTimer = stepTimer(),
): Promise<Answered> {
  const { knowledge, models } = model;
  const { request, patient, unknownFindings, warnings } = await steps.time('parse', () => {
    const request = parsePredictRequest(body);
    return { request, ...readPatient(model, request, occasion.lang) };
  });
  const situation = { unknownFindings, now: occasion.now };
  const assessment = await steps.time('model', () => assess(knowledge, patient, situation, models));
  const explanation =
    request.explain === false
      ? null
      : await steps.time('explain', () =>
          explainAssessment(knowledge, patient, situation, models, assessment),
        );
  const prediction = { ...assessment, explanation };
  const answer = await steps.time('present', () =>
    presentPrediction(model, prediction, {
      predictionId: occasion.predictionId,
      patientId: request.patient_id ?? null,
      createdAt: new Date(occasion.now).toISOString(),
      requestId: occasion.requestId,
      lang: occasion.lang,
      patient,
      warnings: [
        ...warnings,
        ...unusualVitals(patient.vitals),
        ...(prediction.vitalSigns?.unevaluated ?? []).map(vitalNotScored),
        ...(prediction.model?.trust.covered === false ? [NOT_COVERED] : []),
      ],
    }),
  );
  return { patient, prediction, answer };
}

export interface PredictDeps extends Pick<Services, 'model' | 'clock' | 'newId' | 'metrics'> {
  readonly store: Pick<Services['store'], 'recordPrediction'>;
}

export function createPredictHandler({ model, store, clock, newId, metrics }: PredictDeps): HttpHandler {
  /** Whether the store has it. The clinician's answer matters more than our record of it. */
  async function keep(record: PredictionRecord): Promise<boolean> {
    try {
      await store.recordPrediction(record);
      return true;
    } catch (error) {
      logger.error('prediction not recorded', {
        request_id: record.requestId,
        failure: failureForLog(error),
      });
      return false;
    }
  }

  return httpHandler({ route: 'predict', metrics }, async ({ body, lang, requestId, caller }) => {
    const startedAt = performance.now();
    const steps = stepTimer();
    const occasion = { predictionId: newId(), requestId, now: clock(), lang };
    const { patient, prediction, answer } = await answerRequest(await model(), body, occasion, steps);
    if (prediction.model === null)
      logger.error('models failed, answered by the rules', {
        request_id: requestId,
        failure: failureForLog(prediction.failure),
      });
    const record = {
      caller,
      requestId,
      patientId: answer.patient_id ?? undefined,
      predictionId: answer.prediction_id,
      createdAt: answer.created_at,
      input: patient,
      answer,
      modelVersion: answer.model_version,
      severity: answer.severity,
      urgent: answer.requires_immediate_attention,
    };
    const isRecorded = await steps.time('store', () => keep(record));
    const total = millisecondsSince(startedAt);
    measure(metrics, caller, predictionMeasurements(answer, { total, steps: steps.times, isRecorded }));
    if (isRecorded) return { body: answer };
    const warning = { code: NOT_RECORDED.code, message: NOT_RECORDED.message[lang] };
    return { body: { ...answer, warnings: [...answer.warnings, warning] } };
  });
}

export const handler = withOwnServices(createPredictHandler);

await inInitPhase(async ({ model }) => tryOut(await model()));
