import { describe, expect, it } from 'vitest';
import { toModel } from '../../lambdas/adapters/model.ts';
import type { NextQuestions } from '../../lambdas/core/questions.ts';
import { presentQuestions } from '../../lambdas/functions/present-questions.ts';
import { bundle, models } from '../fixtures/bundle.ts';

const [SPANISH, ENGLISH_ALONE] = ['ORPHA:1', 'ORPHA:2'].map((of) =>
  bundle.conditions.findIndex(({ code }) => code === of),
) as [number, number];
const ASKED: NextQuestions = {
  questions: [
    {
      term: 1,
      way: 'ask',
      utility: 0.5,
      eig: 0.4,
      drop: 0.1,
      cost: 0,
      ifPresent: { probability: 0.3, first: ENGLISH_ALONE, firstProbability: 0.6 },
      ifAbsent: { probability: 0.7, first: SPANISH, firstProbability: 0.5 },
      separates: [ENGLISH_ALONE, SPANISH],
      rulesOut: ENGLISH_ALONE,
    },
  ],
  answersToChange: 1,
};

describe('presentQuestions', () => {
  it('says in Spanish of which conditions the name is English, in the fields and in the sentences', () => {
    const [question] = presentQuestions(toModel(bundle, models), ASKED, 'es').questions;

    expect(question?.if_present.first).toMatchObject({ name: 'Disease B', name_lang: 'en' });
    expect(question?.if_absent.first).not.toHaveProperty('name_lang');
    expect(question?.reasons.map(({ text }) => text)).toEqual([
      expect.stringContaining('Disease B (nombre en inglés)'),
      expect.stringContaining('Disease B (nombre en inglés)'),
    ]);
    expect(question?.reasons[0]?.text).not.toContain('Enfermedad A (');
  });

  it('says how many answers may change the first condition, and nothing where it would take too many', () => {
    const said = [1, 3, null].map(
      (answersToChange) =>
        presentQuestions(toModel(bundle, models), { ...ASKED, answersToChange }, 'es').sufficiency,
    );

    expect(said).toEqual([
      'Una respuesta más podría cambiar la primera enfermedad de la lista.',
      '3 respuestas más podrían cambiar la primera enfermedad de la lista.',
      null,
    ]);
  });

  it('needs no such word in English', () => {
    const [question] = presentQuestions(toModel(bundle, models), ASKED, 'en').questions;

    expect(question?.if_present.first).not.toHaveProperty('name_lang');
    expect(question?.reasons.map(({ text }) => text).join(' ')).not.toContain('nombre en');
  });
});
