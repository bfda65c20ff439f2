/** The rules' names on the vocabulary that is served, whose edges are HPO's. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DEFAULT_MODEL_DIR } from '../../lambdas/adapters/bundle.ts';
import { news2Chart, redFlags } from '../../lambdas/adapters/clinical.ts';
import { indexNames, resolve } from '../../lambdas/core/names.ts';
import { compileRules, fireRules } from '../../lambdas/core/redflags.ts';
import type { Vocabulary } from '../../lambdas/core/types.ts';
import { patient } from '../fixtures/vocabulary.ts';

const vocabulary: Vocabulary = JSON.parse(
  gunzipSync(readFileSync(join(DEFAULT_MODEL_DIR, 'vocabulary.json.gz'))).toString(),
);
const names = indexNames(vocabulary);
const compiled = compileRules(redFlags, vocabulary, news2Chart);
const everything = compileRules({ ...redFlags, not_said: [] }, vocabulary, news2Chart);
const termOf = (name: string) => {
  const found = resolve(names, name);
  if (!found) throw new Error(`nobody knows ${name}`);
  return found.term;
};
const fired = (told: readonly string[], age = 40) => {
  const findings = told.map((name) => {
    const term = termOf(name);
    return { id: vocabulary.terms[term]?.id ?? '', term, present: true };
  });
  return fireRules(compiled, patient(findings, { age })).map(({ id }) => id);
};

describe('names that a term does not say', () => {
  it.each(redFlags.not_said.flatMap(({ terms, names }) => terms.map((id) => [id, names] as const)))(
    '%s would say %j by its broader terms alone, and does not',
    (id, silent) => {
      const term = termOf(id);
      const said = everything.namesOf.get(term) ?? [];
      expect(said.filter((name) => silent.includes(name)).length).toBeGreaterThan(0);
      expect(compiled.namesOf.get(term) ?? []).toEqual(said.filter((name) => !silent.includes(name)));
    },
  );

  it('leaves a narrower term what it says by another way', () => {
    expect(compiled.namesOf.get(termOf('Supraventricular tachycardia'))).toContain('Arrhythmia');
    expect(compiled.namesOf.get(termOf('taquicardia')) ?? []).not.toContain('Arrhythmia');
  });
});

describe('rules and everyday names', () => {
  it.each([
    ['red blood in the stool is no haemolytic uraemic syndrome', ['sangrado rectal', 'palidez'], []],
    ['nor are black stools', ['heces negras', 'palidez'], ['rf-gi-bleed']],
    ['it bleeds with faintness', ['sangrado rectal', 'presincope'], ['rf-gi-bleed-lower']],
    ['somnolence by day with headache', ['Narcolepsy', 'dolor de cabeza'], []],
    ['dizzy on standing and breathless', ['Orthostatic hypotension', 'dificultad para respirar'], []],
    ['asthma with palpitations', ['sibilancias', 'palpitaciones'], []],
    ['a septic knee', ['knee pain', 'knee swelling', 'fever'], ['rf-septic-joint']],
    ['a septic hip', ['dolor de cadera', 'hinchazon_cadera', 'escalofrios'], ['rf-septic-joint']],
    ['a septic shoulder', ['dolor de hombro', 'hinchazon_hombro', 'fiebre'], ['rf-septic-joint']],
    ['a septic elbow', ['dolor de codo', 'hinchazon_codo', 'fiebre'], ['rf-septic-joint']],
    ['a septic wrist', ['wrist pain', 'Wrist swelling', 'fever'], ['rf-septic-joint']],
    ['fever after a journey', ['fiebre', 'viaje reciente'], ['rf-travel-fever']],
    ['fever from the tropics', ['fever', 'travel to tropics'], ['rf-travel-fever']],
    ['fever from Asia', ['fever', 'viaje_asia'], ['rf-travel-fever']],
    ['fever from Europe', ['fever', 'viaje_europa'], []],
    ['asthma by its name', ['asma', 'no puede hablar por la falta de aire'], ['rf-asthma-severe']],
    ['thirst with frequent urination', ['thirst', 'frequent urination', 'vomiting'], ['rf-dka-early']],
  ])('%s', (_, told, rules) => {
    expect(fired(told)).toEqual(rules);
  });

  it('has blood in the stool of a baby seen, diarrhoea or not', () => {
    expect(fired(['sangrado rectal', 'llanto inconsolable'], 0.7)).toEqual(['rf-baby-diarrhoea']);
  });

  it('has a limping child with fever seen', () => {
    expect(fired(['fiebre', 'cojera'], 8)).toEqual(['rf-child-fever-limb']);
  });

  it('takes pain on chewing with headache in old age for what its source says', () => {
    expect(fired(['headache', 'dolor al masticar'], 72)).toEqual(['rf-gca']);
  });
});
