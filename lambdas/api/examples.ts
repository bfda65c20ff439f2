/** Examples of the OpenAPI document. The tests parse them with the schemas that they illustrate. */

import intendedUse from '../../data/clinical/intended_use.json' with { type: 'json' };
import type { FeedbackRequest, FeedbackResponse } from './schemas/feedback.ts';
import type { PredictRequest } from './schemas/predict.ts';
import type { PredictResponse } from './schemas/prediction.ts';
import type { NextQuestionsBody, NextQuestionsResponse } from './schemas/questions.ts';
import type { TermsResponse } from './schemas/reads.ts';

const acute: PredictRequest = {
  patient_id: 'anon_12345',
  symptoms: { fiebre: 8.5, dolor_pecho: 7.0, dificultad_respirar: 6.5 },
  age: 45,
  gender: 'M',
};

const orphan: PredictRequest = {
  symptoms: { 'HP:0001083': 10, 'HP:0001166': 8, 'HP:0002616': { intensity: 6, onset: 400 } },
  absent: ['HP:0001250'],
  age: 17,
  gender: 'F',
  vitals: { heart_rate: 72, systolic_bp_mmhg: 118, diastolic_bp_mmhg: 70 },
  lang: 'en',
};

const nextQuestions: NextQuestionsBody = {
  questions: [
    {
      id: 'HP:0000974',
      label: 'Hyperextensible skin',
      kind: 'finding',
      utility: 0.31,
      eig_bits: 0.32,
      must_not_miss_drop: 0,
      cost_bits: 0.01,
      if_present: {
        probability: 0.22,
        first: { code: 'ORPHA:287', name: 'Classical Ehlers-Danlos syndrome', probability: 0.41 },
      },
      if_absent: {
        probability: 0.78,
        first: { code: 'OMIM:154700', name: 'Marfan syndrome', probability: 0.83 },
      },
      reasons: [
        {
          kind: 'separates',
          conditions: ['ORPHA:287', 'OMIM:154700'],
          text: 'Separates Classical Ehlers-Danlos syndrome from Marfan syndrome.',
        },
      ],
    },
  ],
  should_stop: false,
  least_utility: 0.02,
  answers_to_change: 1,
  sufficiency: 'One more answer could change the first condition of the list.',
};

/** Its figures show the shape, not a measured performance. */
const orphanAnswer: PredictResponse = {
  prediction_id: '019aa5b2-7c1e-7d2f-8a55-3f1f8d2b6a10',
  patient_id: null,
  created_at: '2026-11-21T10:15:30.000Z',
  severity: 'ENFERMEDAD_CRONICA',
  confidence: 0.94,
  severity_probabilities: {
    NO_ENFERMO: 0.01,
    MOLESTIAS_LEVES: 0.01,
    ENFERMEDAD_LEVE: 0.02,
    ENFERMEDAD_AGUDA: 0.02,
    ENFERMEDAD_CRONICA: 0.94,
  },
  urgency: 'UNKNOWN',
  course: 'UNKNOWN',
  requires_immediate_attention: false,
  urgency_reasons: [],
  red_flags: [],
  top_conditions: [
    {
      code: 'OMIM:154700',
      name: 'Marfan syndrome',
      probability: 0.74,
      kind: 'orphan',
      knowledge_only: false,
      calibrated: true,
      codes: ['OMIM:154700', 'ORPHA:558'],
      evidence: {
        method: 'likelihood_ratio',
        unit: 'log_likelihood_ratio',
        exact: true,
        for: [
          { id: 'HP:0001083', name: 'Ectopia lentis', effect: 5.1 },
          { id: 'HP:0002616', name: 'Aortic root aneurysm', effect: 4.2 },
          { id: 'HP:0001166', name: 'Arachnodactyly', effect: 3.4 },
        ],
        against: [],
        unexplained: [],
        not_asked: [{ id: 'HP:0000098', name: 'Tall stature', frequency: 0.55 }],
      },
      similar_patients: [
        {
          pmid: [11175294],
          similarity: 0.41,
          shared: [{ id: 'HP:0001083', name: 'Ectopia lentis' }],
          sex: 'M',
          age_years: 32,
        },
      ],
    },
  ],
  coverage: 'covered',
  prediction_set: {
    coverage: 0.9,
    size: 2,
    conditions: ['OMIM:154700', 'OMIM:610168'],
    no_relevant_disease: false,
  },
  out_of_distribution: { score: 0.12, flagged: false },
  sufficiency: { score: 0.71, low: false },
  gate: { common: 0.05, broad: 0.02, orphan: 0.93 },
  recommendations: [],
  recommendation_sources: [],
  explanation: { 'HP:0001083': 5.1, 'HP:0001166': 3.4, 'HP:0002616': 4.2, age: 0, sex: 0 },
  explanation_of: {
    code: 'OMIM:154700',
    name: 'Marfan syndrome',
    kind: 'orphan',
    method: 'likelihood_ratio',
    unit: 'log_likelihood_ratio',
    exact: true,
    baseline: null,
    value: null,
    note: 'Natural logarithm of the likelihood ratio of each finding against the mean of the orphan diseases; age and sex take no part.',
  },
  urgency_explanation: null,
  counterfactuals: {
    changes: [
      {
        kind: 'finding_denied',
        id: 'HP:0002616',
        name: 'Aortic root aneurysm',
        becomes: {
          first_condition: {
            from: { id: 'OMIM:154700', name: 'Marfan syndrome' },
            to: { id: 'OMIM:129600', name: 'Ectopia lentis 1, isolated, autosomal dominant' },
          },
        },
        text: 'Without "Aortic root aneurysm": the first condition would be "Ectopia lentis 1, isolated, autosomal dominant" instead of "Marfan syndrome".',
      },
    ],
    findings: 3,
    findings_tried: 2,
    note: 'Each finding tried was denied and the whole prediction repeated. It describes the calculation, not the patient.',
  },
  next_questions: nextQuestions,
  orphan_suspicion: { level: 'HIGH', probability: 0.93 },
  review_by_specialist: true,
  review_reasons: [
    { code: 'ORPHAN_SUSPICION', message: 'The findings are compatible with an orphan disease.' },
  ],
  warnings: [],
  news2: {
    score: 0,
    complete: false,
    missing: ['respiratory_rate', 'spo2_percent', 'supplemental_oxygen', 'consciousness', 'temperature_c'],
  },
  vital_signs: { out_of_range: [], scores: [], not_evaluated: [] },
  model_version: '1.0.0',
  data_releases: { hpo: '2025-05-06' },
  intended_use: intendedUse.en,
  request_id: '0c5f1c1e-6f0d-4b53-9f0a-0d6a3f0d7c11',
};

export const PREDICT_EXAMPLES = {
  requests: {
    acute: { summary: 'Fever, chest pain and breathlessness', value: acute },
    orphan: { summary: 'Findings by HPO id, with vital signs', value: orphan },
  },
  responses: {
    orphan: { summary: 'An orphan condition first', value: orphanAnswer },
  },
};

const nextQuestionsAnswer: NextQuestionsResponse = {
  prediction_id: orphanAnswer.prediction_id,
  model_version: '1.0.0',
  ...nextQuestions,
  request_id: orphanAnswer.request_id,
};

export const NEXT_QUESTIONS_EXAMPLES = {
  orphan: { summary: 'One question', value: nextQuestionsAnswer },
};

const feedback: FeedbackRequest = {
  prediction_id: orphanAnswer.prediction_id,
  correct: true,
  actual_severity: 'ENFERMEDAD_CRONICA',
  confirmed_condition: 'OMIM:154700',
  basis: 'genetic',
  seen_before_answer: false,
  rating: 5,
};

const feedbackAnswer: FeedbackResponse = {
  feedback_id: '019aa5c0-1d2e-7a3b-9c4d-5e6f7a8b9c0d',
  prediction_id: orphanAnswer.prediction_id,
  received_at: '2026-11-21T10:30:00.000Z',
};

export const FEEDBACK_EXAMPLES = {
  requests: { confirmed: { summary: 'Confirmed by a genetic test', value: feedback } },
  responses: { stored: { summary: 'Stored', value: feedbackAnswer } },
};

const terms: TermsResponse = {
  terms: [{ id: 'HP:0001945', slug: 'fiebre', label: 'Fever', matched: 'fever', negated: true }],
};

export const TERMS_EXAMPLES = { denied: { summary: 'Of "no fever"', value: terms } };
