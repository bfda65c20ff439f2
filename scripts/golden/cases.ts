/** The golden requests: those that the training run wrote into the bundle, and some under other circumstances. */

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { PredictRequest } from '../../lambdas/api/schemas/predict.ts';

/** The decisions that were reviewed last. */
export const ANSWERS = resolve(import.meta.dirname, '../../test/golden/answers.json');

/** What besides the request decides an answer. */
export interface Given {
  /** The bundle is a day older than it may be. */
  readonly stale?: true;
  /** No model can be run. */
  readonly modelsFail?: true;
}

export interface GoldenCase {
  readonly name: string;
  readonly request: PredictRequest;
  readonly given?: Given;
}

const CHEST_PAIN: PredictRequest = {
  symptoms: { dolor_pecho: 9, sudoracion_aumentada: 7 },
  age: 60,
  gender: 'M',
};
const COLD: PredictRequest = {
  symptoms: { rinorrea: 3, tos: 2, congestion_nasal: 3 },
  absent: ['fiebre'],
  age: 30,
  gender: 'F',
};

const CIRCUMSTANCES: readonly GoldenCase[] = [
  { name: 'models too old: chest pain', request: CHEST_PAIN, given: { stale: true } },
  { name: 'models too old: a cold, in English', request: { ...COLD, lang: 'en' }, given: { stale: true } },
  { name: 'models fail: chest pain, by the rules alone', request: CHEST_PAIN, given: { modelsFail: true } },
  {
    name: 'models fail: meningism, by the rules alone, in English',
    request: {
      symptoms: { fiebre: 9, rigidez_nuca: 8, dolor_cabeza: 8 },
      age: 20,
      gender: 'F',
      lang: 'en',
    },
    given: { modelsFail: true },
  },
  {
    name: 'models fail: an infant, an unknown finding, old models',
    request: {
      symptoms: { fiebre: 8, petequias: 6, 'nada que se conozca': 5 },
      age: 0.8,
      gender: 'M',
      validation: 'lenient',
    },
    given: { stale: true, modelsFail: true },
  },
  { name: 'models fail and no rule fires', request: COLD, given: { modelsFail: true } },
];

/** Of a bundle's folder. */
export function goldenCases(folder: string): GoldenCase[] {
  const written: GoldenCase[] = JSON.parse(readFileSync(join(folder, 'golden.json'), 'utf8'));
  return [...written.map(({ name, request }) => ({ name, request })), ...CIRCUMSTANCES];
}
