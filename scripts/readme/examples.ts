/** The README's requests with what the champion bundle answers. */

import type { Model } from '../../lambdas/adapters/model.ts';
import type { PredictResponse } from '../../lambdas/api/schemas/prediction.ts';
import { answerRequest } from '../../lambdas/functions/predict.ts';

const EXAMPLES: readonly { readonly title: string; readonly request: object }[] = [
  {
    title: 'Cuadro coronario agudo · acute coronary picture',
    request: {
      symptoms: { dolor_pecho: 9, dolor_pecho_opresivo: 9, sudoracion_aumentada: 7, nauseas: 5 },
      medical_history: ['hipertension', 'tabaquismo_actual'],
      age: 63,
      gender: 'M',
    },
  },
  {
    title: 'Resfriado leve · mild cold',
    request: {
      symptoms: { congestion_nasal: 3, rinorrea: 3, tos: 2, dolor_garganta: 2 },
      absent: ['fiebre', 'dificultad_respirar'],
      age: 30,
      gender: 'F',
    },
  },
  {
    title:
      'Paciente publicado (PMID 11175294, B22), por términos HPO · published patient, who is among those in the profiles',
    request: {
      symptoms: Object.fromEntries(
        [
          'HP:0000218',
          'HP:0000268',
          'HP:0000768',
          'HP:0001083',
          'HP:0001166',
          'HP:0001519',
          'HP:0001634',
          'HP:0002616',
          'HP:0002650',
          'HP:0011003',
        ].map((term) => [term, 5]),
      ),
      age: 32,
      gender: 'M',
      lang: 'en',
    },
  },
  {
    title: 'Petición de referencia de la especificación · reference request of the specification',
    request: {
      patient_id: 'anon_12345',
      symptoms: { fiebre: 8.5, dolor_pecho: 7.0, dificultad_respirar: 6.5 },
      age: 45,
      gender: 'M',
    },
  },
];

/** What a reader needs of an answer, probabilities to three digits. */
function excerpt(answer: PredictResponse): object {
  const three = (value: number) => Math.round(value * 1000) / 1000;
  return {
    severity: answer.severity,
    confidence: answer.confidence === null ? null : three(answer.confidence),
    requires_immediate_attention: answer.requires_immediate_attention,
    red_flags: answer.red_flags.map(({ name, urgency, source }) => ({ name, urgency, source: source.title })),
    top_conditions: answer.top_conditions
      .slice(0, 3)
      .map(({ code, name, probability, kind }) => ({ code, name, probability: three(probability), kind })),
    orphan_suspicion: answer.orphan_suspicion && {
      ...answer.orphan_suspicion,
      probability: three(answer.orphan_suspicion.probability),
    },
    recommendations: answer.recommendations.slice(0, 2),
    explanation: Object.fromEntries(
      Object.entries(answer.explanation).map(([finding, value]) => [finding, three(value)]),
    ),
    review_reasons: answer.review_reasons.map(({ code }) => code),
  };
}

export async function examples(model: Model): Promise<string> {
  const occasion = { predictionId: '', requestId: '', now: 0 };
  const blocks = await Promise.all(
    EXAMPLES.map(async ({ title, request }) => {
      const lang = 'lang' in request ? 'en' : 'es';
      const { answer } = await answerRequest(model, request, { ...occasion, lang });
      return [
        `**${title}**`,
        '```json',
        JSON.stringify(request),
        '```',
        '```json',
        JSON.stringify(excerpt(answer), null, 1),
        '```',
      ].join('\n');
    }),
  );
  return blocks.join('\n\n');
}
