/** What an explanation says in words of its own, in both languages. */

import type { Method } from '../core/explanation.ts';
import type { Gender, Lang, Localised, Severity, Vitals } from '../core/types.ts';

/** A finding that was denied. */
export const ABSENT = (name: string): Localised => ({ es: `Ausente: ${name}`, en: `Absent: ${name}` });

export const AGE: Localised = { es: 'Edad', en: 'Age' };
export const SEX: Localised = { es: 'Sexo', en: 'Sex' };
export const GENDERS: Readonly<Record<Gender, Localised>> = {
  M: { es: 'masculino', en: 'male' },
  F: { es: 'femenino', en: 'female' },
  O: { es: 'otro', en: 'other' },
};

/** What the effects of each method are measured against. */
export function againstWhat(method: Method, referenceAge: number): Localised {
  if (method === 'shapley')
    return {
      es: `Valores de Shapley del conjunto de modelos servido, en probabilidad dentro del grupo de enfermedades entrenadas, frente a un paciente sin hallazgos, de sexo desconocido y de ${referenceAge} años (mediana de los pacientes simulados de entrenamiento: los modelos no admiten una edad desconocida).`,
      en: `Shapley values of the served ensemble, in probability within the group of trained conditions, against a patient without findings, of unknown sex and aged ${referenceAge} (median of the simulated training patients: the models take no unknown age).`,
    };
  if (method === 'likelihood_ratio')
    return {
      es: 'Logaritmo natural del cociente de verosimilitudes de cada hallazgo frente a la media de las enfermedades huérfanas; la edad y el sexo no intervienen.',
      en: 'Natural logarithm of the likelihood ratio of each finding against the mean of the orphan diseases; age and sex take no part.',
    };
  return {
    es: 'Lo que cada dato suma a la puntuación (logit) de la enfermedad frente a la media de las conocidas por textos.',
    en: 'What each datum adds to the condition’s score (logit) against the mean of those known from texts.',
  };
}

export const SEVERITY_WORDS: Readonly<Record<Severity, Localised>> = {
  NO_ENFERMO: { es: 'no enfermo', en: 'not ill' },
  MOLESTIAS_LEVES: { es: 'molestias leves', en: 'mild discomfort' },
  ENFERMEDAD_LEVE: { es: 'enfermedad leve', en: 'mild illness' },
  ENFERMEDAD_AGUDA: { es: 'enfermedad aguda', en: 'acute illness' },
  ENFERMEDAD_CRONICA: { es: 'enfermedad crónica', en: 'chronic illness' },
};

export const VITAL_UNITS: Readonly<Partial<Record<keyof Vitals, Localised>>> = {
  temperature_c: { es: ' °C', en: ' °C' },
  heart_rate: { es: ' latidos/min', en: ' beats/min' },
  respiratory_rate: { es: ' respiraciones/min', en: ' breaths/min' },
  systolic_bp_mmhg: { es: ' mmHg', en: ' mmHg' },
  spo2_percent: { es: ' %', en: '%' },
};

export const YES_NO: readonly [no: Localised, yes: Localised] = [
  { es: 'no', en: 'no' },
  { es: 'sí', en: 'yes' },
];

export const RERUN: Localised = {
  es: 'Cada hallazgo probado se negó y se repitió la predicción entera; cada constante vital se llevó al valor más próximo que cambia algo y se repitieron las reglas y el triaje, pues los modelos no leen las constantes. Describe el cálculo, no al paciente.',
  en: 'Each finding tried was denied and the whole prediction repeated; each vital sign was moved to the nearest value that changes something and the rules and the triage were repeated, for the models read no vital sign. It describes the calculation, not the patient.',
};

const quoted = (name: string): Localised => ({ es: `«${name}»`, en: `"${name}"` });
const listed = (names: readonly string[], lang: Lang): string =>
  names.map((name) => quoted(name)[lang]).join(', ');

/** A change and what it would make of the answer. */
export const CHANGE = {
  without: (name: string): Localised => ({ es: `Sin ${quoted(name).es}`, en: `Without ${quoted(name).en}` }),
  instead: (name: string, to: string, from: string): Localised => ({
    es: `Con ${name} de ${to} en lugar de ${from}`,
    en: `With ${name} of ${to} instead of ${from}`,
  }),
  first: (to: string, from: string): Localised => ({
    es: `la primera enfermedad sería ${quoted(to).es} en lugar de ${quoted(from).es}`,
    en: `the first condition would be ${quoted(to).en} instead of ${quoted(from).en}`,
  }),
  severity: (to: string, from: string): Localised => ({
    es: `la gravedad sería ${to} en lugar de ${from}`,
    en: `the severity would be ${to} instead of ${from}`,
  }),
  urgent: (to: boolean): Localised =>
    to
      ? { es: 'se indicaría atención inmediata', en: 'immediate attention would be called for' }
      : { es: 'no se indicaría atención inmediata', en: 'immediate attention would not be called for' },
  added: (names: readonly string[]): Localised => ({
    es: `se añadiría como alarma: ${listed(names, 'es')}`,
    en: `this would be added as a red flag: ${listed(names, 'en')}`,
  }),
  removed: (names: readonly string[]): Localised => ({
    es: `no aparecería como alarma: ${listed(names, 'es')}`,
    en: `this would not appear as a red flag: ${listed(names, 'en')}`,
  }),
} as const;
