/** What an answer says in words of its own, in both languages. */

import type { Localised, ReviewReason, SourceKind, Vitals, Warning } from '../core/types.ts';
import type { OutOfRange } from '../core/vitals.ts';

export const URGENT_BY_MODEL: Localised = {
  es: 'La probabilidad conjunta de las enfermedades urgentes alcanza el umbral fijado para este número de hallazgos.',
  en: 'The joint probability of the urgent conditions reaches the threshold set for this number of findings.',
};

export const URGENT_AS_STATED: Localised = {
  es: 'Lo que dicen los textos de las enfermedades más probables: en conjunto, la mitad o más no debería esperar.',
  en: 'What the texts of the likeliest conditions say: together, half of them or more should not wait.',
};

const FROM_TEXTS: Localised = {
  es: 'Conocida solo por textos: su probabilidad no se ha validado en pacientes reales.',
  en: 'Known from texts alone: its probability was not validated on real patients.',
};

export const KNOWLEDGE_ONLY_NOTE: Readonly<Record<SourceKind, Localised>> = {
  agency: FROM_TEXTS,
  reference: FROM_TEXTS,
  other: {
    es: 'Conocida solo por textos de procedencia sin confirmar: su probabilidad no se ha validado en pacientes reales.',
    en: 'Known only from texts whose standing is not confirmed: its probability was not validated on real patients.',
  },
  literature: {
    es: 'Sin perfil clínico: conocida solo por los hallazgos que los resúmenes de artículos mencionan con ella. Su probabilidad no se ha validado en pacientes reales.',
    en: 'No clinical profile: known only by the findings that article abstracts mention with it. Its probability was not validated on real patients.',
  },
};

export const REVIEW: Readonly<Record<ReviewReason, Localised>> = {
  LOW_CONFIDENCE: {
    es: 'La confianza en la gravedad indicada es inferior al 70 %.',
    en: 'The confidence in the severity shown is below 70%.',
  },
  AMBIGUOUS_SET: {
    es: 'Entre las enfermedades que no se pueden descartar las hay urgentes y las hay que pueden esperar.',
    en: 'Among the conditions that cannot be ruled out some are urgent and some can wait.',
  },
  OUT_OF_DISTRIBUTION: {
    es: 'Ninguna enfermedad conocida explica bien el conjunto de los hallazgos: no se parecen a los de los pacientes con que se ajustaron los modelos.',
    en: 'No condition known here explains the findings well together: they are unlike those of the patients that the models were fitted on.',
  },
  INSUFFICIENT_DATA: {
    es: 'Los datos son escasos: hay menos de tres hallazgos presentes, o no bastan para distinguir unas enfermedades de otras.',
    en: 'The data are scarce: fewer than three findings are present, or they do not suffice to tell the conditions apart.',
  },
  ORPHAN_SUSPICION: {
    es: 'Los hallazgos son compatibles con una enfermedad huérfana.',
    en: 'The findings are compatible with an orphan disease.',
  },
  RULE_DISAGREEMENT: {
    es: 'Una regla de alarma y los modelos, o los modelos entre sí, no coinciden en la gravedad; prevalece la mayor.',
    en: 'A red-flag rule and the models, or the models among themselves, disagree on the severity; the graver one prevails.',
  },
  UNSUPPORTED_POPULATION: {
    es: 'Los modelos no se han entrenado para el embarazo y apenas para menores de un año, o se han indicado constantes vitales que nada evalúa en este paciente.',
    en: 'The models were not trained for pregnancy, and hardly for children under one year, or vital signs were given that nothing evaluates in this patient.',
  },
  STALE_MODEL: {
    es: 'Los modelos se crearon hace más tiempo del previsto para su uso y deben revisarse.',
    en: 'The models were made longer ago than they are meant to be used and are due for review.',
  },
  UNKNOWN_FINDINGS: {
    es: 'No se han podido tener en cuenta todos los hallazgos indicados.',
    en: 'Not all the findings given could be taken into account.',
  },
  MODEL_UNAVAILABLE: {
    es: 'Los modelos han fallado; la respuesta contiene solo las reglas de alarma.',
    en: 'The models failed; the answer holds the red-flag rules alone.',
  },
};

export const NOT_RECORDED: Warning = {
  code: 'NOT_RECORDED',
  message: {
    es: 'La respuesta es válida, pero no se ha podido guardar: no admitirá comentarios ni consultas posteriores.',
    en: 'The answer is valid but could not be stored: it will take no feedback and cannot be read again.',
  },
};

/** One for each vital sign that nothing evaluates. */
export function vitalNotScored(vital: keyof Vitals): Warning {
  return {
    code: 'VITALS_NOT_SCORED',
    pointer: `/vitals/${vital}`,
    message: {
      es: 'Esta constante vital no se ha evaluado: ni NEWS2, que no se aplica antes de los 16 años ni en el embarazo, ni ningún límite o intervalo con fuente dice si es normal en este paciente. Considere valorarla por separado.',
      en: 'This vital sign was not evaluated: neither NEWS2, which does not apply under 16 years nor in pregnancy, nor any sourced limit or range says whether it is normal in this patient. Consider assessing it separately.',
    },
  };
}

export const NOT_COVERED: Warning = {
  code: 'NOT_COVERED',
  message: {
    es: 'Ninguna enfermedad de la base de conocimiento explica estos hallazgos: la lista no los cubre y no descarta nada.',
    en: 'No condition of the knowledge base explains these findings: the list does not cover them and rules nothing out.',
  },
};

/** Where the vital sign lies, in words. */
export const BEYOND: Readonly<Record<keyof OutOfRange['bound'], Localised>> = {
  below: { es: 'por debajo de', en: 'below' },
  at_most: { es: 'no superior a', en: 'at most' },
  above: { es: 'por encima de', en: 'above' },
  at_least: { es: 'no inferior a', en: 'at least' },
};

export const REFERENCE_RANGE: Localised = {
  es: 'Fuera del intervalo de referencia para la edad',
  en: 'Outside the reference range for the age',
};
