/** Examples of the OpenAPI document: what problems say of the places that they name. */

import type { FieldError } from './problem.ts';
import type { ProblemCode } from './problems.ts';

/** Of the problems that always name a place; of a broken schema each operation has its own. */
export const PROBLEM_ERRORS: Partial<Record<ProblemCode, readonly FieldError[]>> = {
  FORBIDDEN_KEY: [
    {
      pointer: '/symptoms/__proto__',
      code: 'FORBIDDEN_KEY',
      message: {
        es: 'Este nombre de campo no se admite en ningún lugar del cuerpo.',
        en: 'This field name is not accepted anywhere in the body.',
      },
    },
  ],
  UNKNOWN_FINDING: [
    {
      pointer: '/symptoms/fevr',
      code: 'UNKNOWN_FINDING',
      message: {
        es: '«fevr» no se reconoce; los más parecidos: Fiebre (fiebre).',
        en: '"fevr" is not recognised; the nearest known ones: Fever (fiebre).',
      },
      value: 'fevr',
      suggestions: [
        { id: 'HP:0001945', slug: 'fiebre', label: { es: 'Fiebre', en: 'Fever' }, matched: 'fever' },
      ],
    },
  ],
  CONTRADICTION: ['/symptoms/fiebre', '/absent/0'].map((pointer) => ({
    pointer,
    code: 'CONTRADICTION',
    message: {
      es: 'El hallazgo HP:0001945 figura como presente y como ausente.',
      en: 'The finding HP:0001945 is given as present and as absent.',
    },
  })),
};
