/** What the next questions say in words, in both languages. */

import type { Localised } from '../core/types.ts';

/** What a question may tell apart that is no condition of the list. */
export const CONTENDERS: Readonly<Record<'none' | 'rest', Localised>> = {
  none: { es: 'la ausencia de enfermedad relevante', en: 'no relevant disease' },
  rest: { es: 'las demás enfermedades', en: 'the other conditions' },
};

export const separates = (a: Localised, b: Localised): Localised => ({
  es: `Distingue ${a.es} de ${b.es}.`,
  en: `Separates ${a.en} from ${b.en}.`,
});

export const rulesOut = (c: Localised): Localised => ({
  es: `Si está ausente, ayuda a descartar ${c.es}.`,
  en: `If absent, helps to rule out ${c.en}.`,
});

export function mayChange(answers: number): Localised {
  if (answers === 1)
    return {
      es: 'Una respuesta más podría cambiar la primera enfermedad de la lista.',
      en: 'One more answer could change the first condition of the list.',
    };
  return {
    es: `${answers} respuestas más podrían cambiar la primera enfermedad de la lista.`,
    en: `${answers} more answers could change the first condition of the list.`,
  };
}
