/** What one prediction is made of, stage by stage, each on its own with what the stages before it gave. */

import type { Model } from '../../lambdas/adapters/model.ts';
import { parsePredictRequest } from '../../lambdas/api/schemas/predict.ts';
import { queryBroad } from '../../lambdas/core/broad.ts';
import { merge, top } from '../../lambdas/core/differential.ts';
import { explain } from '../../lambdas/core/explanation.ts';
import { encode } from '../../lambdas/core/features.ts';
import { queryTerms, score } from '../../lambdas/core/likelihood.ts';
import { netTerms } from '../../lambdas/core/orphan.ts';
import { runParts } from '../../lambdas/core/parts.ts';
import { predict } from '../../lambdas/core/predict.ts';
import { nextQuestions } from '../../lambdas/core/questions.ts';
import { fireRules } from '../../lambdas/core/redflags.ts';
import { trustOf } from '../../lambdas/core/trust.ts';
import { presentPrediction } from '../../lambdas/functions/present.ts';
import { readPatient } from '../../lambdas/functions/report.ts';

export type Stages = Readonly<Record<string, () => unknown>>;

const FRAME = {
  predictionId: '',
  patientId: null,
  createdAt: '2026-11-21T12:00:00.000Z',
  requestId: '',
  lang: 'es',
  warnings: [],
} as const;

/** The stages of answering one request, in their order. */
export async function stagesOf(model: Model, request: unknown): Promise<Stages> {
  const { knowledge, models } = model;
  const { bundle, likelihood } = knowledge;
  const { patient } = readPatient(model, parsePredictRequest(request), 'es');
  const parts = await runParts(knowledge, patient, models);
  const prediction = await predict(
    knowledge,
    patient,
    { unknownFindings: false, now: 0, explain: true },
    models,
  );
  const { differential, features } = parts;
  const shown = top(bundle, differential, 10);
  return {
    'parse, findings': () => readPatient(model, parsePredictRequest(request), 'es'),
    rules: () => fireRules(knowledge.rules, patient),
    features: () => encode(bundle.features, bundle.vocabulary.terms, patient),
    'common: members and meta-learner': () => models.common(features.row, 1),
    'orphan: likelihood ratios': () => score(likelihood, queryTerms(likelihood, patient.findings)),
    'orphan: network': () => models.orphanNet(netTerms(likelihood, parts.query)),
    'broad: features': () => queryBroad(knowledge.broad, patient),
    'broad: scorer': () => models.broad(parts.broad.features, bundle.broad.rows.length),
    gate: () => models.gate(parts.gateRow),
    'list, set and trust': () => {
      const merged = merge(bundle, differential, differential.gate);
      return trustOf(knowledge, { ...parts, differential: merged }, top(bundle, merged, 10));
    },
    explanation: () => explain(knowledge, patient, shown, models),
    'next questions': () => nextQuestions(knowledge, patient, parts, 5),
    presentation: () => presentPrediction(model, prediction, { ...FRAME, patient }),
  };
}
