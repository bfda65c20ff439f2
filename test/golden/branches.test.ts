/** The golden requests go through every branch of an answer. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import redFlags from '../../data/clinical/red_flags.json' with { type: 'json' };
import { DEFAULT_MODEL_DIR } from '../../lambdas/adapters/bundle.ts';
import { REVIEW_REASONS, SEVERITIES } from '../../lambdas/core/types.ts';
import type { GoldenAnswer, GoldenRefusal } from '../../scripts/golden/answers.ts';
import { ANSWERS } from '../../scripts/golden/cases.ts';

interface Entry {
  readonly code: string;
  readonly only_sex?: 'F' | 'M';
}

const packed = readFileSync(join(DEFAULT_MODEL_DIR, 'broad_conditions.json.gz'));
const entries: Entry[] = JSON.parse(gunzipSync(packed).toString());
const ofWomen = new Set(entries.filter(({ only_sex }) => only_sex === 'F').map(({ code }) => code));
const all: Readonly<Record<string, GoldenAnswer | GoldenRefusal>> = JSON.parse(readFileSync(ANSWERS, 'utf8'));
const answers = Object.values(all).filter((answer) => 'severity' in answer);
const some = (holds: (answer: GoldenAnswer) => boolean) => answers.filter(holds).length;

it('are at least two hundred', () => {
  expect(answers.length).toBeGreaterThanOrEqual(200);
});

it.each(['es', 'en'] as const)('many are in %s', (lang) => {
  expect(some((answer) => answer.lang === lang)).toBeGreaterThanOrEqual(60);
});

it.each(SEVERITIES)('%s is shown', (severity) => {
  expect(some((answer) => answer.severity === severity)).toBeGreaterThan(0);
});

it.each(REVIEW_REASONS)('%s is a reason', (reason) => {
  expect(some(({ reasons }) => reasons.includes(reason))).toBeGreaterThan(0);
});

it('nothing is a reason in some', () => {
  expect(some(({ reasons }) => reasons.length === 0)).toBeGreaterThan(0);
});

it.each(['common', 'orphan', 'knowledge_only'] as const)('one that is %s stands first', (kind) => {
  expect(some(({ top }) => top[0]?.[2] === kind)).toBeGreaterThan(0);
});

it('some are covered by no layer, most are', () => {
  expect(some(({ coverage }) => coverage === 'not_covered')).toBeGreaterThan(0);
  expect(some(({ coverage }) => coverage === 'covered')).toBeGreaterThan(100);
});

it.each(redFlags.rules.map(({ id }) => id))('the least request of %s fires it', (id) => {
  const answer = all[`rule ${id}`];
  expect(answer).toMatchObject({ rules: expect.arrayContaining([id]), urgent: true });
});

it('urgency comes from the rules, from the models, from both, from neither', () => {
  const kinds = new Set(answers.map(({ urgent_by }) => urgent_by.join(' and ')));
  expect(kinds).toEqual(new Set(['rule', 'model', 'rule and model', '']));
});

it('no answer is urgent and next to well, none an emergency and no acute illness', () => {
  const severitiesOf = (wanted: string) =>
    new Set(answers.filter(({ urgency }) => urgency === wanted).map(({ severity }) => severity));
  expect(severitiesOf('IMMEDIATE')).toEqual(new Set(['ENFERMEDAD_AGUDA']));
  expect(severitiesOf('URGENT')).toContain('ENFERMEDAD_AGUDA');
  for (const mild of ['NO_ENFERMO', 'MOLESTIAS_LEVES']) expect(severitiesOf('URGENT')).not.toContain(mild);
});

it('each level of the suspicion of an orphan condition is reached', () => {
  const levels = new Set(answers.map(({ orphan }) => orphan?.level));
  expect(levels).toEqual(new Set(['NONE', 'POSSIBLE', 'HIGH', undefined]));
});

it('vital signs are scored, and left unscored', () => {
  expect(some(({ news2 }) => news2 !== null && news2 >= 7)).toBeGreaterThan(0);
  expect(some(({ news2 }) => news2 === 0)).toBeGreaterThan(0);
  expect(some(({ warnings }) => warnings.includes('VITALS_NOT_SCORED'))).toBeGreaterThan(0);
});

it('one answer of no finding but what is denied, one of the history alone, one of vital signs alone', () => {
  for (const name of ['only absent findings', 'history only', 'vital signs alone'])
    expect(all[name]).toMatchObject({ reasons: expect.arrayContaining(['INSUFFICIENT_DATA']) });
});

it('without models and without a fired rule there is no answer', () => {
  expect(all['models fail and no rule fires']).toEqual({ refused: 'MODEL_UNAVAILABLE' });
});

it.each(['pelvic pain of a man', 'pregnancy told of a man'])('%s: no condition of women', (name) => {
  const codes = (all[name] as GoldenAnswer).top.map(([code]) => code);
  expect(codes).toHaveLength(5);
  expect(codes.filter((code) => ofWomen.has(code))).toEqual([]);
});

it('pelvic pain of a woman: some condition of women', () => {
  const codes = (all['pelvic pain of a woman'] as GoldenAnswer).top.map(([code]) => code);
  expect(codes.filter((code) => ofWomen.has(code)).length).toBeGreaterThan(0);
});
