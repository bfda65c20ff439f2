/**
 * Pictures as a doctor writes them, ours and none of the vignettes that judge the rules: what must not be missed, after
 * the rules' own `think_of`, and everyday ones on which the rules alone are silent.
 */
import { describe, expect, it } from 'vitest';
import { news2Chart, redFlags } from '../../lambdas/adapters/clinical.ts';
import { compileRules, fireRules } from '../../lambdas/core/redflags.ts';
import type { Finding, Patient } from '../../lambdas/core/types.ts';
import { finding, patient, vocabulary } from '../fixtures/vocabulary.ts';

const compiled = compileRules(redFlags, vocabulary, news2Chart);

type Given = Readonly<Record<string, number | Partial<Finding>>>;

const fired = (symptoms: Given, age: number, details: Partial<Patient> = {}) =>
  fireRules(
    compiled,
    patient(
      Object.entries(symptoms).map(([slug, given]) =>
        finding(slug, typeof given === 'number' ? { intensity: given } : given),
      ),
      { age, ...details },
    ),
  ).map(({ id, urgency }) => (urgency === 'immediate' ? id : `${id} (urgent)`));

describe('must not be missed', () => {
  it.each<[string, string, Given, number, Partial<Patient>?]>([
    ['infarction', 'rf-acs-autonomic', { dolor_pecho_opresivo: 8, sudoracion_aumentada: 6 }, 62],
    ['infarction told as tightness', 'rf-acs-autonomic', { opresion_pecho: 6, dificultad_respirar: 4 }, 70],
    ['tearing dissection', 'rf-dissection', { dolor_pecho_desgarrante: 10 }, 60],
    ['dissection with syncope', 'rf-dissection-pair', { dolor_pecho: 9, sincope: 5 }, 63],
    ['embolism', 'rf-pe', { dificultad_respirar: 7, hinchazon_una_pierna: 5 }, 38],
    ['pneumothorax', 'rf-pneumothorax', { dolor_al_respirar_hondo: 8, dificultad_respirar: 8 }, 24],
    ['tamponade by pressure', 'rf-tamponade', { dolor_pecho: 5 }, 55, { vitals: { systolic_bp_mmhg: 78 } }],
    ['ruptured aneurysm', 'rf-aaa', { dolor_espalda: 9 }, 74, { vitals: { systolic_bp_mmhg: 82 } }],
    [
      'infarction told as a stomach ache',
      'rf-acs-upper',
      { dolor_epigastrio: 7, sudoracion_aumentada: 5, nauseas: 5 },
      66,
    ],
    ['confusion of unknown onset', 'rf-acute-confusion (urgent)', { confusion: 5 }, 80],
    ['purpura of a child', 'rf-child-rash-meningitis', { purpura: 5 }, 4],
    ['compartment syndrome', 'rf-compartment', { dolor_desproporcionado: 9, hormigueo: 5 }, 30],
    [
      'shock by its vital signs',
      'rf-shock',
      { palidez: 5 },
      40,
      { vitals: { systolic_bp_mmhg: 80, heart_rate: 125 } },
    ],
    ['stroke', 'rf-stroke', { hemiparesia: { onset: 0 }, afasia: { onset: 0 } }, 71],
    ['confusion that began today', 'rf-acute-confusion', { confusion: { onset: 0 } }, 80],
    ['subarachnoid haemorrhage', 'rf-thunderclap', { dolor_cabeza: { intensity: 10, onset: 0 } }, 50],
    ['meningitis', 'rf-meningism-fever', { fiebre: 8, dolor_cabeza: 8, rigidez_nuca: 7 }, 20],
    ['meningococcaemia', 'rf-rash-nonblanching-fever', { fiebre: 8, petequias: 5 }, 17],
    ['encephalitis', 'rf-encephalitis', { fiebre: 7, confusion: 7 }, 45],
    ['coma', 'rf-unresponsive', { coma: 9 }, 50],
    ['no response by ACVPU', 'rf-unresponsive', { mareo: 2 }, 6, { vitals: { consciousness: 'U' } }],
    ['extradural haematoma', 'rf-head-injury', { trauma_craneal: 7, vomitos_repetidos: 5 }, 22],
    ['giant cell arteritis', 'rf-gca (urgent)', { dolor_cabeza: 6, claudicacion_mandibular: 5 }, 74],
    ['cauda equina', 'rf-cauda-equina', { dolor_espalda: 7, anestesia_silla_montar: 5 }, 46],
    [
      'Guillain-Barré',
      'rf-gbs',
      { debilidad_piernas: { intensity: 7, onset: 5 }, hormigueo: { intensity: 4, onset: 6 } },
      34,
    ],
    ['botulism, onset unknown', 'rf-botulism (urgent)', { vision_doble: 5, dificultad_tragar: 5 }, 40],
    ['tetanus', 'rf-tetanus', { trismo: 7, espasmos_musculares: 7 }, 60],
    ['spinal abscess', 'rf-back-infection (urgent)', { dolor_espalda: 8, fiebre: 7 }, 50],
    ['sepsis', 'rf-adult-sepsis-high', { fiebre: 7 }, 82, { vitals: { systolic_bp_mmhg: 86 } }],
    [
      'neonatal sepsis by temperature',
      'rf-neonate-fever',
      { tos: 2 },
      0.04,
      { vitals: { temperature_c: 38.2 } },
    ],
    ['epiglottitis', 'rf-epiglottitis', { dolor_garganta: 8, babeo: 6, estridor: 6 }, 5],
    ['anaphylaxis with swollen lips', 'rf-anaphylaxis', { urticaria: 6, hinchazon_labios: 6 }, 25],
    ['anaphylaxis with a swollen tongue', 'rf-anaphylaxis', { picor: 6, hinchazon_lengua: 6 }, 25],
    ['angioedema', 'rf-angioedema-airway', { angioedema: 6, dificultad_respirar: 5 }, 65],
    [
      'asthma by saturation',
      'rf-asthma-life-threat',
      { sibilancias: 7 },
      9,
      { vitals: { spo2_percent: 89 } },
    ],
    ['bronchiolitis', 'rf-bronchiolitis-immediate', { tos: 5, tiraje_intercostal: 6 }, 0.3],
    ['severe pneumonia', 'rf-flu-danger', { tos: 6, fiebre: 7, dificultad_respirar: 6 }, 78],
    ['upper bleeding', 'rf-gi-bleed', { melena: 6 }, 70],
    ['lower bleeding', 'rf-gi-bleed-lower', { diarrea_con_sangre: 6, presincope: 5 }, 70],
    ['perforation', 'rf-acute-abdomen', { dolor_abdomen: 9, rigidez_abdominal: 7 }, 55],
    ['appendicitis', 'rf-appendicitis', { dolor_abdomen_derecho_empeora: 7, fiebre: 5 }, 22],
    ['obstruction', 'rf-obstruction', { dolor_abdomen: 7, vomitos: 6, obstipacion: 6 }, 68],
    ['pancreatitis by intensity', 'rf-pancreatitis (urgent)', { dolor_epigastrio: 9, vomitos: 6 }, 48],
    ['intussusception', 'rf-intussusception', { llanto_encoge_piernas: 7, vomitos: 5 }, 0.7],
    ['bilious vomiting', 'rf-bilious-newborn', { vomitos_verdes: 7 }, 0.02],
    ['ectopic pregnancy', 'rf-ectopic', { amenorrea: 5, dolor_abdomen: 7 }, 28],
    ['ectopic pregnancy by the request', 'rf-ectopic', { dolor_abdomen: 4 }, 28, { pregnant: true }],
    ['eclampsia', 'rf-eclampsia', { convulsion: 8 }, 29, { pregnant: true }],
    [
      'severe pre-eclampsia',
      'rf-pregnancy-pressure',
      { dolor_cabeza: 3 },
      29,
      { pregnant: true, vitals: { diastolic_bp_mmhg: 112 } },
    ],
    ['testicular torsion', 'rf-testicular', { dolor_testiculo: 9 }, 15, { gender: 'M' }],
    ['ketoacidosis', 'rf-dka-early (urgent)', { sed_excesiva: 7, orina_mucho: 7, vomitos: 6 }, 14],
    ['adrenal crisis', 'rf-adrenal-crisis', { insuficiencia_suprarrenal: 1, vomitos: 6 }, 40],
    ['heat stroke', 'rf-heat-stroke', { exposicion_calor: 1 }, 30, { vitals: { temperature_c: 41 } }],
    ['carbon monoxide', 'rf-co', { monoxido_carbono: 1, dolor_cabeza: 6 }, 35],
    ['acute glaucoma', 'rf-acute-glaucoma', { dolor_ojo: 8, ojo_rojo: 6, halos_luces: 5 }, 66],
    ['sudden blindness', 'rf-visual-loss', { perdida_vision: { onset: 0 } }, 70],
    ['retinal detachment', 'rf-retinal-detachment', { moscas_volantes: 5, fotopsias: 5 }, 58],
    ['orbital cellulitis', 'rf-orbital', { dolor_ojo: 6, proptosis: 5, fiebre: 6 }, 9],
    [
      'necrotising fasciitis',
      'rf-nec-fasc',
      { enrojecimiento_piel: 7, dolor_desproporcionado: 9, fiebre: 6 },
      52,
    ],
    ['Stevens-Johnson', 'rf-sjs-mucosa', { erupcion: 7, ampollas: 6, llagas_boca: 6 }, 35],
    [
      'septic joint',
      'rf-septic-joint (urgent)',
      { dolor_articular: 8, hinchazon_articular: 6, fiebre: 6 },
      60,
    ],
    ['septic knee', 'rf-septic-joint (urgent)', { dolor_rodilla: 8, hinchazon_articular: 6, fiebre: 6 }, 60],
    ['septic ankle', 'rf-septic-joint (urgent)', { dolor_tobillo: 8, hinchazon_tobillo: 6, fiebre: 6 }, 60],
    ['septic hip of a child', 'rf-child-fever-limb (urgent)', { fiebre: 6, no_apoya_extremidad: 6 }, 9],
    ['an arm weak since today', 'rf-stroke', { debilidad_brazos: { intensity: 6, onset: 0 } }, 70],
    ['embolism with a painful calf', 'rf-pe', { dificultad_respirar: 6, dolor_pantorrilla: 5 }, 40],
    ['epiglottitis of a small child', 'rf-epiglottitis', { fiebre: 7, babeo: 6, dificultad_tragar: 6 }, 3],
    [
      'asthma in the history, by saturation',
      'rf-asthma-life-threat',
      { asma: { history: true }, dificultad_respirar: 7 },
      30,
      { vitals: { spo2_percent: 90 } },
    ],
    [
      'pre-eclampsia, weeks not stated',
      'rf-preeclampsia-weeks-unknown',
      { dolor_cabeza: 5, vision_borrosa: 5 },
      30,
      { pregnant: true },
    ],
    ['lethargic child with fever', 'rf-child-u5-amber-activity (urgent)', { fiebre: 6, letargia: 5 }, 1],
    [
      'fever after a journey',
      'rf-travel-fever (urgent)',
      { fiebre: 7, viaje_reciente: { history: true } },
      30,
    ],
    [
      'ischaemic limb',
      'rf-limb-ischaemia',
      { dolor_extremidad: 8, palidez: 5, piel_fria_extremidades: 6 },
      68,
    ],
    ['Kawasaki', 'rf-child-fever-5d (urgent)', { fiebre: { intensity: 8, duration: 6 }, erupcion: 5 }, 3],
    ['fever in chemotherapy', 'rf-neutropenic-fever', { fiebre: 7, quimioterapia: { history: true } }, 50],
    ['malaria', 'rf-travel-fever (urgent)', { fiebre: 8, viaje_zona_malaria: { history: true } }, 30],
    ['suicidal thoughts', 'rf-suicidal', { ideacion_suicida: 7 }, 35],
    [
      'hypertensive emergency',
      'rf-hypertension-severe (urgent)',
      { confusion: 5 },
      60,
      { vitals: { systolic_bp_mmhg: 230 } },
    ],
  ])('%s: %s', (_, rule, symptoms, age, details) => {
    expect(fired(symptoms, age, details)).toContain(rule);
  });
});

describe('everyday pictures', () => {
  it.each<[string, Given, number, Partial<Patient>?]>([
    ['a cold', { dolor_garganta: 4, tos: 4 }, 30],
    ['a cold with fever', { fiebre: 4, tos: 4, dolor_garganta: 4, dolor_cabeza: 3 }, 30],
    [
      'influenza',
      { fiebre: 7, dolor_muscular: 6, dolor_cabeza: 6, tos: 5, fatiga: 6, escalofrios: 5 },
      35,
      { vitals: { temperature_c: 38.9, heart_rate: 98 } },
    ],
    ['tension headache', { dolor_cabeza: 5, dolor_cuello: 3 }, 40],
    ['migraine', { dolor_cabeza: 8, nauseas: 6, fotofobia: 7 }, 32],
    ['migraine with aura', { dolor_cabeza: 7, vomitos: 5, fotopsias: 4 }, 28],
    ['pain behind the eye with headache', { dolor_cabeza: 6, dolor_ojo: 6, vomitos: 3 }, 35],
    ['gastroenteritis', { diarrea: 6, vomitos: 5, dolor_abdomen: 5, fiebre: 4 }, 26],
    ['gastroenteritis of a child', { diarrea: 5, vomitos: 5, fiebre: 5 }, 3],
    ['a sprain', { lesion_traumatica: 4, dolor_extremidad: 5, hinchazon_articular: 4 }, 24],
    ['heartburn', { ardor_estomago: 5, dolor_epigastrio: 4, nauseas: 3 }, 45],
    ['palpitations', { palpitaciones: 5 }, 24],
    ['panic', { palpitaciones: 6, temblor: 5, sudoracion_aumentada: 5, hormigueo: 4 }, 26],
    ['a strained back', { dolor_espalda: 6 }, 38],
    ['sciatica', { ciatica: 6, hormigueo: 4 }, 45],
    ['tonsillitis', { dolor_garganta: 5, fiebre: 6, dificultad_tragar: 5, ganglios_cuello: 4 }, 14],
    ['laryngitis', { ronquera: 6, dolor_garganta: 4, tos: 4 }, 40],
    ['hives', { urticaria: 5, picor: 5 }, 22],
    ['conjunctivitis', { ojo_rojo: 5, dolor_ojo: 2 }, 18],
    ['eczema', { erupcion: 4, picor: 6 }, 8],
    ['chickenpox', { erupcion: 6, ampollas: 5, fiebre: 5, picor: 6 }, 5],
    ['hand, foot and mouth disease', { erupcion: 4, llagas_boca: 5, fiebre: 5, ampollas: 4 }, 3],
    ['roseola', { fiebre: 6, erupcion: 4 }, 1],
    ['a sore chest wall', { dolor_pecho: 4 }, 28],
    ['bronchitis', { tos: 6, fatiga: 3 }, 50],
    ['arthrosis of the knee', { dolor_articular: 5 }, 68],
    ['a swollen knee', { dolor_rodilla: 5, hinchazon_articular: 4 }, 68],
    ['aching joints of influenza', { fiebre: 6, dolor_rodilla: 4, dolor_hombro: 4 }, 35],
    ['asthma told with a cough', { asma: { history: true }, tos: 4 }, 30],
    ['headache in pregnancy', { dolor_cabeza: 4, vomitos: 4 }, 27, { pregnant: true }],
    ['a weak arm for years', { debilidad_brazos: { intensity: 5, onset: 900 } }, 60],
    ['irritable bowel', { dolor_abdomen: 4, distension_abdominal: 4, diarrea: 3 }, 33],
    ['haemorrhoids', { rectorragia: 3 }, 40],
    ['a common faint', { sincope: 5, nauseas: 3, palidez: 4 }, 19],
    ['dizziness', { mareo: 5 }, 50],
    ['dizziness with a stiff neck in old age', { mareo: 4, dolor_cuello: 3 }, 78],
    ['confusion of years', { confusion: { intensity: 5, onset: 700 } }, 80],
    ['facial palsy of days ago', { paralisis_facial: { intensity: 5, onset: 4 } }, 40],
    ['period pain', { dolor_abdomen: 5, dolor_espalda: 3 }, 19],
    ['sickness of pregnancy', { nauseas: 6, vomitos: 4, fatiga: 4, mareo: 3 }, 27, { pregnant: true }],
    ['diabetes found late', { sed_excesiva: 4, orina_mucho: 4, fatiga: 4 }, 55],
    ['tired and pale', { fatiga: 5, palidez: 3 }, 30],
    ['low mood', { fatiga: 4, perdida_apetito: 3 }, 40],
    ['swollen ankles', { edema_periferico: 3 }, 60],
    [
      "a toddler's cold",
      { fiebre: 5, tos: 4 },
      2,
      { vitals: { temperature_c: 38.4, respiratory_rate: 30, heart_rate: 130, spo2_percent: 98 } },
    ],
    ['fever at eight months', { fiebre: 4 }, 0.7, { vitals: { temperature_c: 38.2 } }],
    ['mild asthma', { sibilancias: 3, tos: 4 }, 15, { vitals: { spo2_percent: 97, heart_rate: 88 } }],
    ['a sore shoulder', { dolor_hombro: 5 }, 50],
    ['carpal tunnel', { hormigueo: 5, entumecimiento: 4 }, 45],
    ['cellulitis', { enrojecimiento_piel: 5, fiebre: 4 }, 50],
  ])('stay silent on %s', (_, symptoms, age, details) => {
    expect(fired(symptoms, age, details)).toEqual([]);
  });
});

describe('what the medical history tells of', () => {
  const PAST = { history: true } as const;
  it.each<[string, string, Given, number]>([
    ['diabetes', 'rf-dka-advanced', { vomitos: 6, diabetes: PAST }, 24],
    [
      'adrenal insufficiency',
      'rf-adrenal-crisis',
      { vomitos: 6, dependiente_corticoides_o_suprarrenal: PAST },
      50,
    ],
    ['COPD', 'rf-copd-hospital (urgent)', { cianosis: 6, epoc: PAST }, 70],
    ['sickle cell disease', 'rf-sickle-chest', { dolor_pecho: 6, anemia_falciforme: PAST }, 20],
    [
      'a prosthetic valve',
      'rf-endocarditis (urgent)',
      { fiebre: 6, valvula_protesis_o_defecto_cardiaco: PAST },
      60,
    ],
  ])('counts where it lasts: %s', (_, rule, symptoms, age) => {
    expect(fired(symptoms, age)).toContain(rule);
  });

  it('is silent on what is over: a past attack, and the signs that it implies', () => {
    const attack = { ait: PAST, insuficiencia_cardiaca: PAST, hipertension: PAST };

    expect(fired({ ...attack, tos: 4 }, 70)).toEqual([]);
  });
});
