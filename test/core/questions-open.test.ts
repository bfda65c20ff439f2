import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_MODEL_DIR } from '../../lambdas/adapters/bundle.ts';
import { loadModel, type Model } from '../../lambdas/adapters/model.ts';
import { encode } from '../../lambdas/core/features.ts';
import { openFindings } from '../../lambdas/core/questions-open.ts';
import type { Gender, Patient } from '../../lambdas/core/types.ts';

let model: Model;
beforeAll(async () => {
  model = await loadModel(DEFAULT_MODEL_DIR);
});

const termOf = (slug: string) =>
  model.knowledge.bundle.vocabulary.terms.findIndex((term) => term.slug === slug);

function who(gender: Gender, age: number, told: Readonly<Record<string, boolean>> = {}): Patient {
  const { terms } = model.knowledge.bundle.vocabulary;
  const findings = Object.entries(told).map(([slug, present]) => {
    const term = termOf(slug);
    return { id: terms[term]?.id ?? '', term, present };
  });
  return { findings, age, gender, vitals: {} };
}

function isOpen(slug: string, patient: Patient): boolean {
  const { questions, bundle } = model.knowledge;
  const features = encode(bundle.features, bundle.vocabulary.terms, patient);
  expect(termOf(slug)).toBeGreaterThanOrEqual(0);
  return openFindings(questions, patient, features)(termOf(slug));
}

describe('openFindings', () => {
  it('asks nobody for what only the other sex has', () => {
    expect(isOpen('dolor_testiculo', who('M', 30))).toBe(true);
    expect(isOpen('dolor_testiculo', who('F', 30))).toBe(false);
    expect(isOpen('embarazo', who('F', 30))).toBe(true);
    expect(isOpen('embarazo', who('M', 30))).toBe(false);
    // Gender O says nothing of the organs.
    expect(isOpen('dolor_testiculo', who('O', 30))).toBe(true);
    expect(isOpen('embarazo', who('O', 30))).toBe(true);
  });

  it('asks no child and nobody old for a pregnancy', () => {
    expect(isOpen('embarazo', who('F', 6))).toBe(false);
    expect(isOpen('embarazo', who('F', 75))).toBe(false);
  });

  it('asks for nothing that was told, denied or follows from either', () => {
    expect(isOpen('dolor_pecho', who('M', 30))).toBe(true);
    expect(isOpen('dolor_pecho', who('M', 30, { dolor_pecho: true }))).toBe(false);
    expect(isOpen('dolor_pecho', who('M', 30, { dolor_pecho: false }))).toBe(false);
    // Pain in the chest is pain; without any pain there is none in the chest.
    expect(isOpen('dolor', who('M', 30, { dolor_pecho: true }))).toBe(false);
    expect(isOpen('dolor_pecho', who('M', 30, { dolor: false }))).toBe(false);
  });
});
