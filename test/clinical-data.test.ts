/** What a clinician is shown: complete, sourced, in both languages, and true to the schemas. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import {
  conditions,
  consistency,
  intendedUse,
  news2Chart,
  redFlags,
  severityCosts,
  severityPolicy,
  vitalLimits,
} from '../lambdas/adapters/clinical.ts';
import { signedCosts } from '../lambdas/adapters/severity-costs.ts';
import type { News2Threshold } from '../lambdas/core/news2.ts';
import { namesIn } from '../lambdas/core/redflags.ts';
import { severityOf } from '../lambdas/core/severity.ts';
import { canonicalCosts, costMatrix, type SeverityCostFile } from '../lambdas/core/severity-costs.ts';
import {
  type Localised,
  SEVERITIES,
  type Severity,
  STATED_COURSES,
  STATED_URGENCIES,
  type StatedCourse,
  type StatedUrgency,
} from '../lambdas/core/types.ts';
import { curatedFindings } from './fixtures/vocabulary.ts';

const readJson = (name: string) =>
  JSON.parse(readFileSync(new URL(`../data/${name}`, import.meta.url), 'utf8'));

const validator = (name: string) =>
  new Ajv2020({ strict: true, strictRequired: false }).compile(readJson(`clinical/${name}.schema.json`));

type News2Limits = Pick<News2Threshold, 'total_min' | 'total_max' | 'single_score'>;

const ids: readonly string[] = [
  ...redFlags.rules.map(({ id }) => id),
  ...redFlags.left_out.map(({ id }) => id),
  ...conditions.conditions.map(({ ddxplus_name }) => ddxplus_name),
  ...news2Chart.parameters.map(({ id }) => id),
  ...news2Chart.thresholds.map(({ id }) => id),
  ...vitalLimits.references.map(({ id }) => id),
  ...vitalLimits.limits.map(({ id }) => id),
  ...vitalLimits.scores.map(({ id }) => id),
  ...consistency.pairs.map(({ id }) => id),
];

/** What an answer may recommend. */
const advice: readonly Localised[] = [
  ...redFlags.rules.flatMap(({ action, onset }) => [action, ...(onset ? [onset.otherwise.action] : [])]),
  ...conditions.conditions.map((condition) => condition.recommendation),
  ...vitalLimits.limits.flatMap(({ action }) => action ?? []),
];

const ORDERS_ES = (
  'active acuda administre aísle anote avise busque calcule compruebe confirme consulte controle deje derive descarte ' +
  'determine dé empiece espere evite excluya explore haga informe ingrese inicie llame mantenga mida ' +
  'notifique obtenga ofrezca pida ponga pregunte realice recuerde remita repita retire revise siga solicite ' +
  'suspenda tome traslade trate use valore vigile'
).split(' ');
/** An order to the reader (usted), with or without a pronoun; `considere` is none. */
const ORDER_ES = new RegExp(
  `(?<!\\p{L})(?:${ORDERS_ES.join('|')}|\\p{L}*[áéíóú]\\p{L}*[ea](?:l[aeo]s?|se)|deben?)(?!\\p{L})`,
  'iu',
);
const ORDERS_EN = (
  'activate|admit|ask|assess|avoid|call|check|confirm|consult|do|exclude|find|give|isolate|keep|measure|monitor|' +
  'note|notify|obtain|order|perform|refer|remember|repeat|review|rule|see|seek|send|start|stop|take|treat|wait'
).split('|');
/** A bare verb where a clause begins, or a "must": nouns of the same form stand after an article or adjective. */
const ORDER_EN = new RegExp(
  `(?:^|[.;:,(]\\s+|\\b(?:and|or|then)\\s+)(?:${ORDERS_EN.join('|')})\\b|\\b(?:must|should|don't|never)\\b`,
  'i',
);

/** Every {es, en} below a value, with its path. */
function localisedIn(value: unknown, path = ''): (readonly [string, Localised])[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('es' in value || 'en' in value) return [[path, value as Localised]];
  return Object.entries(value).flatMap(([key, inner]) => localisedIn(inner, `${path}/${key}`));
}

const files = {
  redFlags,
  conditions,
  news2Chart,
  severityPolicy,
  severityCosts,
  vitalLimits,
  consistency,
  intendedUse,
};

describe('clinical data', () => {
  it.each([
    ['red_flags', redFlags, 134],
    ['conditions', conditions, 49],
    ['severity_policy', severityPolicy, 13],
    ['severity_costs', severityCosts, 5],
    ['vital_limits', vitalLimits, 1],
    ['consistency', consistency, 16],
  ])('%s.json is as its schema says', (name, file, count) => {
    const validate = validator(name);

    expect(validate(file), JSON.stringify(validate.errors)).toBe(true);
    expect(Object.values(file).find(Array.isArray)).toHaveLength(count);
  });

  it.each([
    ['a rule without a source', { source: undefined }],
    ['a rule that asks for nothing', { all_of: [], any_of: [], any_of_min: 0 }],
    ['a rule that asks for more signs than none', { all_of: [], any_of: [], any_of_min: 1 }],
    ['a limit without a value', { vitals_required: [[{ vital: 'heart_rate' }]] }],
    ['a limit with two values', { vitals_required: [[{ vital: 'heart_rate', at_least: 1, below: 9 }]] }],
    ['a limit of no vital sign', { vitals_any_of: [[{ vital: 'height', at_least: 1 }]] }],
    ['a rule without Spanish', { title: { en: 'Chest pain' } }],
    ['an urgency that it does not know', { urgency: 'soon' }],
    ['a field that it does not know', { hpo_id: 'HP:0100749' }],
  ])('the schema of the rules refuses %s', (_, spoilt) => {
    const [rule] = redFlags.rules;
    expect(
      validator('red_flags')({ ...redFlags, rules: [JSON.parse(JSON.stringify({ ...rule, ...spoilt }))] }),
    ).toBe(false);
  });

  it('says that no clinician has reviewed it', () => {
    const { intendedUse: _, ...reviewable } = files;
    for (const file of Object.values(reviewable)) expect(file.reviewed_by_clinician).toBe(false);
  });

  it('has each id once', () => {
    expect(new Set(ids).size).toBe(ids.length);
    const codes = conditions.conditions.map((condition) => condition.icd10);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it.each(Object.entries(files))('%s has every text in Spanish and English', (_, file) => {
    const texts = localisedIn(file);
    expect(texts.length).toBeGreaterThan(0);
    for (const [path, text] of texts) {
      expect(Object.keys(text).sort(), path).toEqual(['en', 'es']);
      expect(text.es.trim(), path).not.toBe('');
      expect(text.en.trim(), path).not.toBe('');
    }
  });

  it('says in both languages what it is not', () => {
    const { es, en } = intendedUse;
    for (const word of ['investigación', 'Sin marcado CE', 'FDA', 'apoyan su juicio, nunca lo sustituyen'])
      expect(es).toContain(word);
    for (const word of ['Research software', 'Not CE-marked', 'FDA', 'support judgement, never replace it'])
      expect(en).toContain(word);
  });

  it('suggests and does not order', () => {
    for (const { es, en } of advice) {
      expect(es).toMatch(/^Considere /);
      expect(en).toMatch(/^Consider /);
    }
  });

  it('gives no order after what it suggests', () => {
    const shown = [
      ...advice,
      ...redFlags.rules.flatMap(({ onset }) => onset?.otherwise.note ?? []),
      ...news2Chart.thresholds.flatMap(({ response }) => response ?? []),
      ...conditions.conditions.map(({ gravity }) => gravity),
      ...consistency.pairs.map(({ message }) => message),
      ...vitalLimits.limits.map(({ title }) => title),
    ];
    expect(shown.map(({ es }) => es).filter((text) => ORDER_ES.test(text))).toEqual([]);
    expect(shown.map(({ en }) => en).filter((text) => ORDER_EN.test(text))).toEqual([]);
  });

  it.each([
    ['Considere un ECG; no espere a que ceda el dolor.', ORDER_ES],
    ['Considere el código ictus: anote la hora y solicite neuroimagen.', ORDER_ES],
    ['Si fue brusco, trátelo como inmediato.', ORDER_ES],
    ['Debe ingresar.', ORDER_ES],
    ['Consider an ECG; do not wait for pain to settle.', ORDER_EN],
    ['Consider the stroke pathway: note the time last seen well.', ORDER_EN],
    ['Consider rest and exclude pneumonia.', ORDER_EN],
    ['Consider self-care; if worse, see a doctor.', ORDER_EN],
  ])('knows the order in "%s"', (text, order) => {
    expect(text).toMatch(order);
  });

  it('shows names and no abbreviations, and one spelling', () => {
    const names = conditions.conditions.map(({ name }) => name.en);
    expect(names.filter((name) => /^[A-Z]+$/.test(name))).toEqual([]);
    const texts = Object.values(files).flatMap((file) => localisedIn(file));
    expect(texts.filter(([, { es }]) => /cardiac[oa]/i.test(es))).toEqual([]);
  });

  it('uses only red-flag names that a finding carries or that something stands for', () => {
    const carried = new Set(curatedFindings.flatMap((finding) => finding.red_flag_names));
    const known = new Set([...carried, ...redFlags.composed.map(({ name }) => name)]);
    const used = redFlags.rules.flatMap(namesIn);
    expect(used.filter((name) => !known.has(name))).toEqual([]);
    const parts = redFlags.composed.flatMap(({ of, and_any_of = [] }) => [...of, ...and_any_of]);
    expect(parts.filter((name) => !carried.has(name))).toEqual([]);
  });

  it('has nothing stand for a name that no rule and no other stand-in uses', () => {
    const used = new Set([
      ...redFlags.rules.flatMap(namesIn),
      ...redFlags.composed.flatMap(({ of, and_any_of = [] }) => [...of, ...and_any_of]),
    ]);
    const standing = [...redFlags.measured, ...redFlags.stated, ...redFlags.composed].map(({ name }) => name);
    expect(standing.filter((name) => !used.has(name))).toEqual([]);
  });

  it('gives further terms only names that a rule may use, and the English name of the term', () => {
    const { names } = readJson('findings/red_names.json');
    const carried = new Set(curatedFindings.flatMap((finding) => finding.red_flag_names));
    const given: { en: string; red_flag_names: string[] }[] = Object.values(names);

    expect(given.length).toBeGreaterThan(100);
    expect(given.flatMap((one) => one.red_flag_names).filter((name) => !carried.has(name))).toEqual([]);
    expect(given.filter(({ en }) => en.trim() === '')).toEqual([]);
  });

  it('has a rule of each family, immediate and urgent ones', () => {
    const families: string[] = readJson('clinical/red_flags.schema.json').properties.rules.items.properties
      .family.enum;
    expect([...new Set(redFlags.rules.map((rule) => rule.family))].sort()).toEqual(families.toSorted());
    const immediate = redFlags.rules.filter(({ urgency }) => urgency === 'immediate');
    expect(immediate.length).toBeGreaterThan(80);
    expect(redFlags.rules.length - immediate.length).toBeGreaterThan(39);
  });

  it('says of every urgency that no source states that it is ours', () => {
    for (const { id, urgency_from, ours } of redFlags.rules)
      expect(ours.includes('urgency'), id).toBe(urgency_from === 'ours');
  });

  it('says why each rule that was left out was', () => {
    expect(redFlags.left_out.length).toBeGreaterThan(0);
    for (const { reason } of redFlags.left_out) expect(reason.length).toBeGreaterThan(40);
  });

  it('takes names that say that the onset was sudden from the rule itself', () => {
    for (const { any_of, all_of, onset } of redFlags.rules)
      expect([...any_of, ...all_of]).toEqual(expect.arrayContaining([...(onset?.sudden_names ?? [])]));
  });

  it.each([
    ['rf-news2-7', 'news2-total-7'],
    ['rf-news2-5', 'news2-total-5-6'],
    ['rf-news2-single3', 'news2-single-3'],
  ])('fires %s exactly at the chart’s threshold %s', (rule, threshold) => {
    const limits = ({ total_min, total_max, single_score }: News2Limits) => ({
      total_min,
      total_max,
      single_score,
    });
    const ofRule = redFlags.rules.find(({ id }) => id === rule)?.news2;
    const ofChart = news2Chart.thresholds.find(({ id }) => id === threshold);

    expect(limits(ofRule as News2Limits)).toEqual(limits(ofChart as News2Limits));
  });

  it('has no further rule on the score', () => {
    expect(redFlags.rules.filter(({ news2 }) => news2).length).toBe(3);
  });

  it('describes exactly the conditions of the data set, with its severity', () => {
    const released: Record<string, { severity: number }> = readJson('ddxplus/release_conditions.json');
    const ours = conditions.conditions.map((one) => [one.ddxplus_name, one.ddxplus_severity]);
    const theirs = Object.entries(released).map(([name, { severity }]) => [name, severity]);
    expect(ours.sort()).toEqual(theirs.sort());
  });

  it('says of each condition how soon, as the training and the clinical file do', () => {
    for (const { ddxplus_name, ddxplus_severity, time_critical, urgency } of conditions.conditions) {
      expect(urgency === 'emergency', ddxplus_name).toBe(ddxplus_severity <= 2);
      if (time_critical) expect(['emergency', 'urgent'], ddxplus_name).toContain(urgency);
    }
  });

  it('ties limits and contradictions to findings and conditions that there are', () => {
    const ids = [
      ...consistency.pairs.map(({ finding }) => finding),
      ...[...vitalLimits.limits, ...vitalLimits.scores].flatMap(
        ({ applies_with }) => applies_with?.findings ?? [],
      ),
    ];
    const known = new Set(curatedFindings.map(({ id }) => id));
    expect(ids.filter((id) => !id.startsWith('HP:') && !known.has(id))).toEqual([]);
    const keys = new Set(conditions.conditions.map(({ ddxplus_name }) => ddxplus_name));
    const named = [...vitalLimits.limits, ...vitalLimits.scores].flatMap(
      ({ applies_with }) => applies_with?.conditions ?? [],
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((key) => !keys.has(key))).toEqual([]);
  });
});

describe('severity costs', () => {
  const costs = costMatrix(severityCosts);
  const wrong = SEVERITIES.flatMap((truth) =>
    SEVERITIES.filter((shown) => shown !== truth).map((shown) => ({
      truth,
      shown,
      cost: costs[truth][shown],
    })),
  );

  it('cost nothing where the class is right, and something where it is wrong', () => {
    for (const severity of SEVERITIES) expect(costs[severity][severity]).toBe(0);
    expect(wrong.filter(({ cost }) => cost <= 0)).toEqual([]);
  });

  it('are greatest where an acute illness is missed, and least where a well person is called a little ill', () => {
    const greatest = Math.max(...wrong.map(({ cost }) => cost));
    expect(wrong.filter(({ cost }) => cost === greatest)).toEqual([
      { truth: 'ENFERMEDAD_AGUDA', shown: 'NO_ENFERMO', cost: greatest },
    ]);
    const missed = wrong.filter(({ truth }) => truth === 'ENFERMEDAD_AGUDA').map(({ cost }) => cost);
    const others = wrong.filter(({ truth }) => truth !== 'ENFERMEDAD_AGUDA').map(({ cost }) => cost);
    expect(Math.min(...missed)).toBeGreaterThan(Math.max(...others));
    expect(costs.NO_ENFERMO.MOLESTIAS_LEVES).toBe(Math.min(...wrong.map(({ cost }) => cost)));
  });

  it('are the signed ones', () => {
    expect(signedCosts(severityCosts)).toEqual(costs);
  });

  it('stop the start where one was changed and nobody signed, and say what to sign', () => {
    const changed: SeverityCostFile = structuredClone(severityCosts);
    Object.assign(changed.rows[3]?.shown ?? {}, { NO_ENFERMO: 1 });
    const digest = createHash('sha256').update(canonicalCosts(changed)).digest('hex');

    expect(() => signedCosts(changed)).toThrow(digest);
    expect(signedCosts({ ...changed, signature: { ...changed.signature, sha256: digest } })).toMatchObject({
      ENFERMEDAD_AGUDA: { NO_ENFERMO: 1 },
    });
  });

  it('are signed whatever the order of the file', () => {
    const turned = {
      ...severityCosts,
      rows: severityCosts.rows.toReversed().map((row) => ({
        ...row,
        shown: Object.fromEntries(Object.entries(row.shown).toReversed()) as typeof row.shown,
      })),
    };
    expect(signedCosts(turned)).toEqual(costs);
  });

  it('need a row for each severity', () => {
    const rows = [...severityCosts.rows.slice(1), ...severityCosts.rows.slice(1, 2)];
    expect(() => canonicalCosts({ rows })).toThrow('no row for NO_ENFERMO');
    expect(() => canonicalCosts({ rows: rows.slice(1) })).toThrow(RangeError);
  });
});

describe('severity policy', () => {
  /** DDXPlus grades from 1, the worst, to 5; the training counts 1 and 2 as urgent. */
  const LEAST_URGENT = 2;
  const classOf = new Map(
    conditions.conditions.map((condition) => [
      condition.ddxplus_name,
      severityOf({ kind: 'common', ...condition }, severityPolicy),
    ]),
  );

  it('gives each condition a class, and every class but health to some', () => {
    const used = new Set(classOf.values());
    expect(SEVERITIES.filter((severity) => !used.has(severity))).toEqual(['NO_ENFERMO']);
  });

  it.each([
    ['Possible NSTEMI / STEMI', 'ENFERMEDAD_AGUDA'],
    ['Whooping cough', 'ENFERMEDAD_AGUDA'],
    ['Acute COPD exacerbation / infection', 'ENFERMEDAD_AGUDA'],
    ['GERD', 'ENFERMEDAD_CRONICA'],
    ['Chronic rhinosinusitis', 'ENFERMEDAD_CRONICA'],
    ['Viral pharyngitis', 'ENFERMEDAD_LEVE'],
    ['URTI', 'MOLESTIAS_LEVES'],
  ])('puts %s in %s', (name, severity) => {
    expect(classOf.get(name)).toBe(severity);
  });

  it('puts no time-critical or urgent condition in a mild class', () => {
    const mild = new Set(['NO_ENFERMO', 'MOLESTIAS_LEVES', 'ENFERMEDAD_LEVE']);
    const grave = conditions.conditions.filter(
      ({ time_critical, ddxplus_severity }) => time_critical || ddxplus_severity <= LEAST_URGENT,
    );

    expect(grave.length).toBeGreaterThan(20);
    expect(grave.filter(({ ddxplus_name }) => mild.has(classOf.get(ddxplus_name) as string))).toEqual([]);
  });

  it('classes an orphan condition and the absence of disease by kind', () => {
    expect(severityOf({ kind: 'orphan' }, severityPolicy)).toBe('ENFERMEDAD_CRONICA');
    expect(severityOf({ kind: 'no_relevant_disease' }, severityPolicy)).toBe('NO_ENFERMO');
  });

  it.each<[StatedUrgency | null, StatedCourse | null, Severity]>([
    ['emergency', 'acute', 'ENFERMEDAD_AGUDA'],
    ['emergency', 'chronic', 'ENFERMEDAD_AGUDA'],
    ['urgent', null, 'ENFERMEDAD_AGUDA'],
    ['self_care', 'chronic', 'ENFERMEDAD_CRONICA'],
    [null, 'chronic', 'ENFERMEDAD_CRONICA'],
    ['self_care', 'acute', 'MOLESTIAS_LEVES'],
    ['routine', 'recurrent', 'ENFERMEDAD_LEVE'],
  ])('classes a condition known from texts that is %s and %s as %s', (urgency, course, severity) => {
    expect(severityOf({ kind: 'knowledge_only', urgency, course, unconfirmed: null }, severityPolicy)).toBe(
      severity,
    );
  });

  it('spreads a gravity that nobody states, and lets an unconfirmed urgency raise it', () => {
    for (const course of [null, ...STATED_COURSES.filter((one) => one !== 'chronic')]) {
      const unstated = { kind: 'knowledge_only', urgency: null, course } as const;
      expect(severityOf({ ...unstated, unconfirmed: null }, severityPolicy)).toBeNull();
      expect(severityOf({ ...unstated, unconfirmed: 'acute' }, severityPolicy)).toBeNull();
      expect(severityOf({ ...unstated, unconfirmed: 'urgent' }, severityPolicy)).toBe('ENFERMEDAD_AGUDA');
    }
  });

  it('lets no unconfirmed text contradict a stated gravity', () => {
    for (const urgency of STATED_URGENCIES)
      for (const course of [null, ...STATED_COURSES]) {
        const stated = { kind: 'knowledge_only', urgency, course } as const;
        expect(severityOf({ ...stated, unconfirmed: 'urgent' }, severityPolicy)).toBe(
          severityOf({ ...stated, unconfirmed: null }, severityPolicy),
        );
      }
  });

  it('fails where no rule applies', () => {
    expect(() => severityOf({ kind: 'orphan' }, { rules: [] })).toThrow(RangeError);
  });
});
