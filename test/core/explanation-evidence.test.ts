import { describe, expect, it } from 'vitest';
import { toModel } from '../../lambdas/adapters/model.ts';
import { notAsked, unexplainedBy } from '../../lambdas/core/explanation-evidence.ts';
import { encode } from '../../lambdas/core/features.ts';
import { openFindings } from '../../lambdas/core/questions-open.ts';
import type { Finding, Patient } from '../../lambdas/core/types.ts';
import { bundle, models, termOf } from '../fixtures/bundle.ts';
import { finding, patient } from '../fixtures/vocabulary.ts';

const { terms } = bundle.vocabulary;
const { knowledge } = toModel(bundle, models);
const [A, B] = [0, 1];
const [URTI, ANGINA, APPENDICITIS, ASTHENOPIA] = [3, 4, 6, 7];

const slugs = (found: readonly Pick<Finding, 'term'>[]) => found.map(({ term }) => terms[term]?.slug);
const unexplained = (who: Patient, row: number) => slugs(unexplainedBy(knowledge, who, row));
const open = (who: Patient) => openFindings(knowledge.questions, who, encode(bundle.features, terms, who));
const asked = (who: Patient, row: number) => slugs(notAsked(knowledge.typical, open(who), row));

describe('unexplainedBy', () => {
  it('names the complaints that an orphan profile does not make likelier', () => {
    const who = patient([finding('dificultad_respirar'), finding('fiebre'), finding('moscas_volantes')]);
    expect(unexplained(who, A)).toEqual(['fiebre', 'moscas_volantes']);
    expect(unexplained(who, B)).toEqual(['dificultad_respirar', 'fiebre', 'moscas_volantes']);
  });

  it('takes what the tables or the texts of a trained condition know for explained', () => {
    // Chest pain in two of a hundred with URTI would be very rare; a cough stands in its text alone.
    const tables = bundle.common.tables.present.map((p, c) => (c === 0 ? p.with(1, 0.02) : p));
    const rare = {
      ...bundle,
      common: { ...bundle.common, tables: { ...bundle.common.tables, present: tables } },
    };
    const who = patient([finding('fiebre'), finding('dolor_pecho'), finding('tos')]);

    expect(slugs(unexplainedBy(toModel(rare, models).knowledge, who, URTI))).toEqual(['dolor_pecho']);
    expect(unexplained(who, URTI)).toEqual([]);
    expect(unexplained(who, ANGINA)).toEqual(['tos']);
  });

  it('asks the texts, and of a condition without any the abstracts', () => {
    const who = patient([finding('fiebre'), finding('tos'), finding('fatiga')]);
    expect(unexplained(who, APPENDICITIS)).toEqual(['tos', 'fatiga']);
    expect(unexplained(who, ASTHENOPIA)).toEqual(['tos']);
  });

  it('leaves out what is denied and what is no complaint of today', () => {
    const who = patient([
      finding('moscas_volantes', { present: false }),
      finding('escalofrios', { history: true }),
      finding('hipertension'),
    ]);
    expect(unexplained(who, A)).toEqual([]);
  });
});

describe('notAsked', () => {
  it('gives typical findings of an orphan condition, with the frequency where one is stated', () => {
    const who = patient([finding('moscas_volantes')]);
    expect(asked(who, A)).toEqual(['dificultad_respirar', 'fiebre']);
    expect(notAsked(knowledge.typical, open(who), A)).toEqual([
      expect.objectContaining({ frequency: 0.8 }),
      expect.not.objectContaining({ frequency: expect.anything() }),
    ]);
    // A cough in one of ten is not typical.
    expect(asked(who, B)).toEqual(['dolor_pecho']);
  });

  it('gives those of a trained condition that are commoner in it than elsewhere', () => {
    expect(asked(patient([finding('moscas_volantes')]), ANGINA)).toContain('dolor_pecho');
    expect(asked(patient([finding('moscas_volantes')]), ANGINA)).not.toContain('fiebre');
  });

  it('gives no two of which one implies the other', () => {
    expect(asked(patient([finding('moscas_volantes')]), ANGINA)).not.toContain('dolor');
  });

  it('asks for nothing that was told, denied or implied', () => {
    expect(asked(patient([finding('dificultad_respirar')]), A)).toEqual(['fiebre']);
    expect(asked(patient([finding('dificultad_respirar', { present: false })]), A)).toEqual(['fiebre']);
    expect(asked(patient([finding('dolor_pecho')]), APPENDICITIS)).not.toContain('dolor');
    // No pain, so no chest pain.
    expect(asked(patient([finding('dolor', { present: false })]), B)).toEqual([]);
  });

  it('asks what a complaint is like only of who has it', () => {
    const described = terms.map((term) =>
      term.slug === 'obstipacion' ? { ...term, kind: 'attribute', up: [termOf('dolor')] } : term,
    );
    const { knowledge } = toModel(
      { ...bundle, vocabulary: { ...bundle.vocabulary, terms: described } },
      models,
    );
    const of = (who: Patient) =>
      slugs(
        notAsked(
          knowledge.typical,
          openFindings(knowledge.questions, who, encode(bundle.features, described, who)),
          APPENDICITIS,
        ),
      );
    expect(of(patient([finding('moscas_volantes')]))).not.toContain('obstipacion');
    expect(of(patient([finding('dolor')]))).toContain('obstipacion');
  });

  it('has nothing typical of a condition that only abstracts name', () => {
    expect(asked(patient([finding('fiebre')]), ASTHENOPIA)).toEqual([]);
  });
});
