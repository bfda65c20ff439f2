import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DEFAULT_MODEL_DIR } from '../../lambdas/adapters/bundle.ts';
import { closureOf } from '../../lambdas/core/likelihood.ts';
import {
  askableOf,
  FEMALE_BRANCHES,
  isQuestion,
  MALE_BRANCHES,
  mayAsk,
  TESTED,
  wayOf,
} from '../../lambdas/core/questions-policy.ts';
import type { Term, Vocabulary } from '../../lambdas/core/types.ts';

const { terms }: Vocabulary = JSON.parse(
  gunzipSync(readFileSync(`${DEFAULT_MODEL_DIR}/vocabulary.json.gz`)).toString(),
);
const indexOf = new Map(terms.map(({ id }, index) => [id, index]));
const at = (id: string) => {
  const index = indexOf.get(id) ?? -1;
  const broader = closureOf(terms, index).map((above) => terms[above]?.id ?? '');
  return { term: terms[index] as Term, broader };
};
const way = (id: string) => wayOf(at(id).term, at(id).broader);
const asks = (id: string, gender: 'M' | 'F' | 'O', age = 30) =>
  mayAsk(askableOf(at(id).term, at(id).broader), gender, age);

describe('the policy of questions', () => {
  it('names branches that the vocabulary has', () => {
    for (const id of [...TESTED, ...FEMALE_BRANCHES, ...MALE_BRANCHES])
      expect(indexOf.has(id), id).toBe(true);
  });

  it('tells what is asked from what is examined and tested', () => {
    expect(way('HP:0001945')).toBe('ask'); // Fever
    expect(way('HP:0100665')).toBe('examine'); // Angioedema
    expect(way('HP:0002922')).toBe('finding'); // Increased CSF protein: in no branch of those
    expect(way('HP:0003074')).toBe('test'); // Hyperglycemia
    expect(way('HP:0001083')).toBe('finding'); // Ectopia lentis
  });

  it('asks nobody for what only the other sex has', () => {
    for (const id of ['CEN:embarazo', 'HP:0034269', 'HP:0000138', 'CEN:menopausia', 'HP:0000140'])
      expect([asks(id, 'M'), asks(id, 'F'), asks(id, 'O')], id).toEqual([false, true, true]);
    for (const id of ['HP:0033839', 'HP:0000047', 'CEN:prostata_dolorosa_al_tacto_rectal'])
      expect([asks(id, 'F'), asks(id, 'M'), asks(id, 'O')], id).toEqual([false, true, true]);
    expect(asks('HP:0001945', 'M') && asks('HP:0001945', 'F')).toBe(true);
  });

  it('asks no child and no old woman for a pregnancy', () => {
    expect([5, 10, 30, 60, 61].map((age) => asks('CEN:embarazo', 'F', age))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });

  it("makes no question of HPO's headings, nor of what the age says", () => {
    const question = (id: string) => isQuestion(at(id).term);
    expect(question('HP:0001626')).toBe(false); // Abnormality of the cardiovascular system
    expect(question('CEN:mayor_65')).toBe(false);
    expect(question('HP:0001083')).toBe(true);
  });
});
