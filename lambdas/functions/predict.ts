/** POST /v1/predict. */

import { Logger } from '@aws-lambda-powertools/logger';
import type { Model } from '../adapters/model.ts';
import type { Services } from '../adapters/services.ts';
import { parsePredictRequest, unusualVitals } from '../api/schemas/predict.ts';
import type { PredictResponse } from '../api/schemas/prediction.ts';
import { type Prediction, predict } from '../core/predict.ts';
import type { Lang, Patient } from '../core/types.ts';
import { failureForLog } from './failure.ts';
import { type HttpHandler, httpHandler } from './http.ts';
import { withOwnServices } from './own.ts';
import { presentPrediction } from './present.ts';
import { readPatient } from './report.ts';
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
 * What the route does, but for the store: parse, predict, present.
 *
 * @throws ApiProblem for a request that cannot be answered; ModelUnavailableError where the models failed and no rule
 * fired.
 */
export async function answerRequest(model: Model, body: unknown, occasion: Occasion): Promise<Answered> {
  const request = parsePredictRequest(body);
  const { patient, unknownFindings, warnings } = readPatient(model, request, occasion.lang);
  const prediction = await predict(
    model.knowledge,
    patient,
    { unknownFindings, now: occasion.now, explain: request.explain ?? true },
    model.models,
  );
  const answer = presentPrediction(model, prediction, {
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
  });
  return { patient, prediction, answer };
}

export interface PredictDeps extends Pick<Services, 'model' | 'clock' | 'newId'> {
  readonly store: Pick<Services['store'], 'recordPrediction'>;
}

export function createPredictHandler({ model, store, clock, newId }: PredictDeps): HttpHandler {
  return httpHandler({ route: 'predict' }, async ({ body, lang, requestId, caller }) => {
    const occasion = { predictionId: newId(), requestId, now: clock(), lang };
    const { patient, prediction, answer } = await answerRequest(await model(), body, occasion);
    if (prediction.model === null)
      logger.error('models failed, answered by the rules', {
        request_id: requestId,
        failure: failureForLog(prediction.failure),
      });
    try {
      await store.recordPrediction({
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
      });
      return { body: answer };
    } catch (error) {
      // The clinician's answer matters more than our record of it.
      logger.error('prediction not recorded', { request_id: requestId, failure: failureForLog(error) });
      const warning = { code: NOT_RECORDED.code, message: NOT_RECORDED.message[lang] };
      return { body: { ...answer, warnings: [...answer.warnings, warning] } };
    }
  });
}

export const handler = withOwnServices(createPredictHandler);
