import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { news2Chart, redFlags } from '../../lambdas/adapters/clinical.ts';
import { compileRules, fireRules, mostUrgentFirst, type RedFlagRule } from '../../lambdas/core/redflags.ts';
import type { Finding, Patient } from '../../lambdas/core/types.ts';
import { curatedFindings, finding, NORMAL_VITALS, patient, vocabulary } from '../fixtures/vocabulary.ts';

/** Rules enough to show how the engine reads one; red-flag-data.test.ts tries every rule of the file. */
const SHOWN = [
  'rf-acs-autonomic',
  'rf-stroke',
  'rf-thunderclap',
  'rf-meningism-fever',
  'rf-child-rash-nonblanching',
  'rf-rash-nonblanching-fever',
  'rf-anaphylaxis',
  'rf-news2-7',
  'rf-news2-5',
  'rf-news2-single3',
];
const shown = { ...redFlags, rules: redFlags.rules.filter(({ id }) => SHOWN.includes(id)) };
const compiled = compileRules(shown, vocabulary, news2Chart);
const fire = (who: Patient) => fireRules(compiled, who);
const fired = (who: Patient) => fire(who).map((rule) => rule.id);
const withFindings = (slugs: readonly string[], details: Partial<Patient> = {}) =>
  patient(
    slugs.map((slug) => finding(slug)),
    details,
  );

describe('fireRules on findings', () => {
  it.each([
    ['rf-acs-autonomic', ['dolor_pecho', 'sudoracion_aumentada'], 60],
    ['rf-acs-autonomic', ['dolor_pecho', 'dificultad_respirar'], 60],
    ['rf-acs-autonomic', ['dolor_pecho_opresivo', 'sensacion_ahogo'], 60],
    ['rf-stroke', ['perdida_vision_subita'], 70],
    ['rf-stroke', ['hemiparesia'], 70],
    ['rf-stroke', ['dificultad_articular'], 70],
    ['rf-thunderclap', ['cefalea_trueno'], 40],
    ['rf-meningism-fever', ['fiebre', 'rigidez_nuca', 'dolor_cabeza'], 20],
    ['rf-child-rash-nonblanching', ['fiebre', 'petequias'], 3],
    ['rf-rash-nonblanching-fever', ['fiebre', 'purpura'], 30],
    ['rf-anaphylaxis', ['urticaria', 'sibilancias'], 30],
    ['rf-anaphylaxis', ['picor', 'hipotension'], 30],
    ['rf-anaphylaxis', ['contacto_alergeno', 'dificultad_tragar'], 30],
  ])('fires %s on %j at %i', (id, slugs, age) => {
    expect(fired(withFindings(slugs, { age }))).toContain(id);
  });

  it.each([
    ['chest pain alone', ['dolor_pecho'], 60],
    ['sweating and breathlessness without chest pain', ['sudoracion_aumentada', 'dificultad_respirar'], 60],
    ['headache, the wider term of a thunderclap', ['dolor_cabeza'], 40],
    [
      'loss of vision, numbness and confusion not said to be sudden',
      ['perdida_vision', 'entumecimiento', 'confusion'],
      70,
    ],
    ['fever and stiff neck without a third sign', ['fiebre', 'rigidez_nuca'], 20],
    ['headache and stiff neck without fever', ['dolor_cabeza', 'rigidez_nuca'], 20],
    ['purpura without fever', ['purpura'], 3],
    ['fever with any rash', ['fiebre', 'erupcion'], 3],
    ['urticaria alone', ['urticaria'], 30],
    ['wheeze and vomiting without an allergic sign', ['sibilancias', 'vomitos'], 30],
  ])('stays silent on %s', (_, slugs, age) => {
    expect(fired(withFindings(slugs, { age }))).toEqual([]);
  });

  it.each([
    [37.9, []],
    [38, ['rf-meningism-fever']],
    [39.5, ['rf-meningism-fever']],
  ])('reads a measured temperature of %f as the fever that it is or is not', (temperature_c, rules) => {
    const who = withFindings(['rigidez_nuca', 'dolor_cabeza'], { age: 10, vitals: { temperature_c } });

    expect(fired(who)).toEqual(rules);
    if (rules.length > 0) expect(fire(who)[0]?.matched).toContain('temperature_c');
  });

  it('lets no absent finding match, nor take a present one back', () => {
    const absent = ['fiebre', 'rigidez_nuca', 'dolor_cabeza'].map((slug) =>
      finding(slug, { present: false }),
    );
    const oneAbsent = [finding('dolor_pecho'), finding('sudoracion_aumentada', { present: false })];

    expect(fired(patient(absent))).toEqual([]);
    expect(fired(patient(oneAbsent))).toEqual([]);
    expect(fired(patient([...absent, finding('cefalea_trueno')]))).toEqual(['rf-thunderclap']);
  });

  it.each([
    ['a symptom', ['vomitos'], ['urticaria']],
    ['a sign', ['urticaria'], ['hipotension']],
    ['a past illness that implies a symptom', ['urticaria'], ['sincope_esfuerzo_o_tumbado']],
  ])('counts %s of the medical history as nothing that is there today', (_, today, history) => {
    const told = history.map((slug) => finding(slug, { history: true }));
    const complaints = today.map((slug) => finding(slug));

    expect(fired(patient([...complaints, ...told]))).toEqual([]);
    expect(fired(withFindings([...today, ...history]))).toHaveLength(1);
  });

  it('counts an exposure of the medical history', () => {
    const exposed = [finding('vomitos'), finding('contacto_alergeno', { history: true })];

    expect(fired(patient(exposed))).toEqual(['rf-anaphylaxis']);
  });

  it('keeps the age limits, the lower inclusive and the upper exclusive', () => {
    const rash = (age: number) => fired(withFindings(['fiebre', 'purpura'], { age }));

    expect(rash(4.99)).toEqual(['rf-child-rash-nonblanching']);
    expect(rash(5)).toEqual(['rf-rash-nonblanching-fever']);
  });

  it('fires exactly one rule on fever with a non-blanching rash at any age', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 0, max: 120 }), fc.double({ min: 0, max: 120, noNaN: true })),
        (age) => {
          expect(fired(withFindings(['fiebre', 'purpura'], { age }))).toHaveLength(1);
        },
      ),
    );
  });

  it('keeps a sex limit, but not against a patient whose sex is not known', () => {
    const thunderclap = redFlags.rules.find((rule) => rule.id === 'rf-thunderclap') as RedFlagRule;
    const forWomen = compileRules(
      { ...shown, rules: [{ ...thunderclap, sex: 'F' }] },
      vocabulary,
      news2Chart,
    );
    const firedFor = (gender: 'M' | 'F' | 'O') =>
      fireRules(forWomen, withFindings(['cefalea_trueno'], { gender })).length;

    expect([firedFor('F'), firedFor('M'), firedFor('O')]).toEqual([1, 0, 1]);
  });

  it('answers with name, action, source and the findings that fired it', () => {
    const [rule] = fire(withFindings(['dolor_pecho_opresivo', 'nauseas', 'fiebre'], { age: 60 }));

    expect(rule).toEqual({
      id: 'rf-acs-autonomic',
      title: {
        es: 'Dolor torácico con sudoración, náuseas, mareo o falta de aire',
        en: 'Chest pain with sweating, nausea, dizziness or breathlessness',
      },
      urgency: 'immediate',
      action: {
        es: 'Considere activar emergencias, un ECG inmediato y troponina, sin esperar a que ceda el dolor.',
        en: 'Consider emergency services, ECG at once and troponin, without waiting for pain to settle.',
      },
      source: expect.objectContaining({
        title: 'Chest Pain (MedlinePlus health topic)',
        url: 'https://www.nlm.nih.gov/medlineplus/chestpain.html',
      }),
      matched: [finding('dolor_pecho_opresivo').id, finding('nauseas').id],
    });
  });
});

describe('fireRules on stroke signs', () => {
  const stroke = (findings: readonly Finding[]) => fire(patient(findings))[0];

  it.each([
    ['an onset within a day', [finding('paralisis_facial', { onset: 1 })]],
    ['a finding that is sudden by name', [finding('confusion_subita')]],
    ['one sudden by name that began within a day', [finding('confusion_subita', { onset: 1 })]],
    ['one sudden by name among older ones', [finding('confusion_subita'), finding('ataxia', { onset: 900 })]],
    ['a recent one besides one of unknown onset', [finding('ataxia'), finding('afasia', { onset: 0 })]],
    [
      'one recent finding among older ones',
      [finding('ataxia', { onset: 900 }), finding('afasia', { onset: 0 })],
    ],
  ])('is immediate with %s', (_, findings) => {
    expect(stroke(findings)).toMatchObject({
      id: 'rf-stroke',
      urgency: 'immediate',
      action: { es: expect.stringContaining('activar de inmediato el código ictus') },
    });
    expect(stroke(findings)).not.toHaveProperty('note');
  });

  it.each([
    ['no onset', [finding('paralisis_facial')]],
    ['no onset besides an older one', [finding('hemiparesia'), finding('ataxia', { onset: 900 })]],
    [
      'no onset besides one sudden by name that is older',
      [finding('hemiparesia'), finding('confusion_subita', { onset: 2 })],
    ],
    ['a recent onset of something else', [finding('paralisis_facial'), finding('fiebre', { onset: 0 })]],
  ])('is urgent and asks for the onset with %s', (_, findings) => {
    expect(stroke(findings)).toMatchObject({
      id: 'rf-stroke',
      urgency: 'urgent',
      action: {
        es: 'Considere averiguar de inmediato cuándo empezó; si fue de forma súbita, considere el código ictus y neuroimagen urgente.',
        en: 'Consider finding out at once when it began; if it was sudden, consider the stroke pathway and urgent brain imaging.',
      },
      note: { es: expect.stringContaining('preguntar'), en: expect.stringContaining('asking when') },
    });
  });

  it.each([
    ['an onset of days ago', [finding('paralisis_facial', { onset: 2 })]],
    ['an onset of years ago', [finding('hemiparesia', { onset: 2000 }), finding('ataxia', { onset: 900 })]],
    ['one sudden by name that began days ago', [finding('perdida_vision_subita', { onset: 2 })]],
  ])('is silent with %s', (_, findings) => {
    expect(fired(patient(findings))).toEqual([]);
  });

  it('names only the findings that may be recent', () => {
    const findings = [finding('ataxia', { onset: 900 }), finding('afasia', { onset: 0 })];
    expect(stroke(findings)?.matched).toEqual([finding('afasia').id]);
  });
});

describe('fireRules on vital signs', () => {
  it('is silent on normal ones', () => {
    expect(fired(patient([], { vitals: NORMAL_VITALS }))).toEqual([]);
  });

  it.each([
    [7, 'rf-news2-7', 'immediate', { respiratory_rate: 25, spo2_percent: 92, heart_rate: 111 }],
    [6, 'rf-news2-5', 'urgent', { respiratory_rate: 25, heart_rate: 111, temperature_c: 38.5 }],
    [5, 'rf-news2-5', 'urgent', { respiratory_rate: 25, spo2_percent: 92 }],
    [3, 'rf-news2-single3', 'urgent', { respiratory_rate: 25 }],
  ])('with a total of %i fires %s alone', (_, id, urgency, abnormal) => {
    const rules = fire(patient([], { vitals: { ...NORMAL_VITALS, ...abnormal } }));

    expect(rules).toHaveLength(1);
    expect(rules[0]).toMatchObject({ id, urgency, matched: Object.keys(abnormal) });
    expect(rules[0]).not.toHaveProperty('note');
  });

  it('is silent on a total of 4 without a single 3', () => {
    expect(fired(patient([], { vitals: { ...NORMAL_VITALS, spo2_percent: 92, heart_rate: 111 } }))).toEqual(
      [],
    );
  });

  it('fires on a partial score and says that it is a lower bound', () => {
    const [rule] = fire(patient([], { vitals: { respiratory_rate: 25, spo2_percent: 90, heart_rate: 135 } }));

    expect(rule).toMatchObject({
      id: 'rf-news2-7',
      note: {
        es: expect.stringContaining('9 es un límite inferior'),
        en: expect.stringContaining('9 is a lower bound'),
      },
    });
  });

  it.each([
    ['under 16', { age: 15.9 }, []],
    ['at 16', { age: 16 }, ['rf-news2-7']],
    ['in pregnancy', { age: 30, pregnant: true }, []],
    ['where pregnancy is denied', { age: 30, pregnant: false }, ['rf-news2-7']],
  ])('%s', (_, who, expected) => {
    const vitals = { respiratory_rate: 30, spo2_percent: 88, systolic_bp_mmhg: 80 };
    expect(fired(patient([], { ...who, vitals }))).toEqual(expected);
  });

  it('takes no finding for a vital sign', () => {
    const findings = ['taquicardia', 'hipotension', 'fiebre', 'confusion'].map((slug) => finding(slug));
    expect(fired(patient(findings))).toEqual([]);
  });

  it('puts immediate rules before urgent ones', () => {
    const urgencies = mostUrgentFirst(
      fire(
        patient([finding('hemiparesia'), finding('cefalea_trueno')], { vitals: { respiratory_rate: 25 } }),
      ),
    ).map(({ id, urgency }) => [id, urgency]);

    expect(urgencies).toEqual([
      ['rf-thunderclap', 'immediate'],
      ['rf-stroke', 'urgent'],
      ['rf-news2-single3', 'urgent'],
    ]);
  });
});

describe('rules and vocabulary', () => {
  const all = compileRules(redFlags, vocabulary, news2Chart);
  const fire = (who: Patient) => fireRules(all, who);
  const fired = (who: Patient) => fire(who).map((rule) => rule.id);
  const relevant = curatedFindings
    .map((curated, term) => ({ curated, term }))
    .filter(({ term }) => all.namesOf.has(term));
  const arbitraryFinding = fc
    .record({
      of: fc.constantFrom(...relevant),
      onset: fc.option(fc.nat(10)),
      intensity: fc.option(fc.integer({ min: 1, max: 10 })),
      present: fc.boolean(),
    })
    .map(
      ({ of, onset, intensity, present }): Finding => ({
        id: of.curated.id,
        term: of.term,
        present,
        ...(onset === null ? {} : { onset }),
        ...(intensity === null ? {} : { intensity }),
      }),
    );
  const arbitraryVitals = fc.record(
    {
      temperature_c: fc.integer({ min: 33, max: 42 }),
      heart_rate: fc.integer({ min: 30, max: 200 }),
      respiratory_rate: fc.integer({ min: 5, max: 80 }),
      systolic_bp_mmhg: fc.integer({ min: 50, max: 240 }),
      spo2_percent: fc.integer({ min: 70, max: 100 }),
      consciousness: fc.constantFrom('A' as const, 'C' as const, 'V' as const, 'P' as const, 'U' as const),
    },
    { requiredKeys: [] },
  );

  it('never lets a further present finding remove a rule or lower its urgency', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryFinding, { maxLength: 8 }),
        arbitraryFinding,
        fc.integer({ min: 0, max: 90 }),
        arbitraryVitals,
        (findings, further, age, vitals) => {
          const before = fire(patient(findings, { age, vitals }));
          const after = fire(patient([...findings, { ...further, present: true }], { age, vitals }));
          for (const rule of before) {
            const still = after.find(({ id }) => id === rule.id);
            expect(still).toBeDefined();
            if (rule.urgency === 'immediate') expect(still?.urgency).toBe('immediate');
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('puts every immediate rule before every urgent one', () => {
    fc.assert(
      fc.property(fc.array(arbitraryFinding, { maxLength: 8 }), arbitraryVitals, (findings, vitals) => {
        const urgencies = mostUrgentFirst(fire(patient(findings, { vitals }))).map(({ urgency }) => urgency);
        expect(urgencies).toEqual([...urgencies].sort());
      }),
    );
  });

  it('never lets a narrower finding do less than the wider one it implies', () => {
    const pairs = relevant.flatMap(({ term }) =>
      (vocabulary.terms[term]?.up ?? []).map((wider) => ({ term, wider })),
    );
    const named = (term: number): Finding => ({
      id: vocabulary.terms[term]?.id as string,
      term,
      present: true,
    });
    fc.assert(
      fc.property(fc.constantFrom(...pairs), fc.array(arbitraryFinding, { maxLength: 4 }), (pair, rest) => {
        const wider = fired(patient([...rest, named(pair.wider)]));
        const narrower = fired(patient([...rest, named(pair.term)]));
        expect(narrower).toEqual(expect.arrayContaining(wider));
      }),
    );
  });

  it('refuses a rule whose name no finding carries', () => {
    const [rule] = redFlags.rules;
    const broken = { ...(rule as RedFlagRule), all_of: ['No such sign'] };

    expect(() => compileRules({ ...redFlags, rules: [broken] }, vocabulary, news2Chart)).toThrow(
      'Red-flag rule rf-acs-autonomic: no finding carries the name "No such sign"',
    );
  });
});
