/**
 * The policy of the next question. Ours, sourced nowhere: what an answer costs, what may be asked of whom, and how much
 * ruling out weighs against information. The weights were chosen on simulated training patients (docs/evaluation.md).
 */

import type { Gender, Term, Way } from './types.ts';

/** In bits of information that the answer must bring besides. */
export const COSTS: Readonly<Record<Way, number>> = { ask: 0, examine: 0.01, finding: 0.01, test: 0.03 };

/** Bits that it is worth to bring conditions that must not be missed, of probability 1 together, under {@link EXCLUDED}. */
export const RULING_OUT = 1;
/** A condition less likely than this counts as ruled out. */
export const EXCLUDED = 0.01;
/** A question of less utility, in bits, is not worth asking. */
export const LEAST_UTILITY = 0.02;

const ASKED: ReadonlySet<string> = new Set([
  'symptom',
  'history',
  'exposure',
  'risk',
  'medication',
  'demographic',
  'family_history',
  'attribute',
]);

/** Branches of HPO whose findings somebody measured: laboratory, electrical recordings, imaging. */
export const TESTED: readonly string[] = [
  'HP:0001872', // Abnormal thrombocyte morphology
  'HP:0001877', // Abnormal erythrocyte morphology
  'HP:0001881', // Abnormal leukocyte morphology
  'HP:0002353', // EEG abnormality
  'HP:0003115', // Abnormal EKG
  'HP:0003117', // Abnormal circulating hormone concentration
  'HP:0003457', // EMG abnormality
  'HP:0004364', // Abnormal circulating nitrogen compound concentration
  'HP:0010876', // Abnormal circulating protein concentration
  'HP:0011015', // Abnormal blood glucose concentration
  'HP:0012415', // Abnormal blood gas level
  'HP:0020129', // Abnormal urine protein level
  'HP:0025454', // Abnormal CSF metabolite concentration
  'HP:0032180', // Abnormal circulating metabolite concentration
  'HP:0032243', // Abnormal tissue metabolite concentration
  'HP:0410263', // Brain imaging abnormality
  'HP:0500015', // Abnormal cardiac test
];

/** @param broader ids of the term and of all that it implies. */
export function wayOf({ kind }: Term, broader: readonly string[]): Way {
  if (ASKED.has(kind)) return 'ask';
  if (kind === 'sign') return 'examine';
  return TESTED.some((branch) => broader.includes(branch)) ? 'test' : 'finding';
}

/** HPO's branches of the organs of one sex. */
export const FEMALE_BRANCHES: readonly string[] = [
  'HP:0000008', // Abnormal morphology of female internal genitalia
  'HP:0000055', // Abnormal female external genitalia morphology
  'HP:0000140', // Abnormality of the menstrual cycle
  'HP:0030012', // Abnormal female reproductive system physiology
];
export const MALE_BRANCHES: readonly string[] = [
  'HP:0000022', // Abnormal male internal genitalia morphology
  'HP:0000032', // Abnormal male external genitalia morphology
];
/** English words of labels: local findings stand in no branch. */
const FERTILE_WORDS =
  /\b(?:pregnan|menstru|contraception|breastfeeding|intrauterine device|uterine contraction)/i;
const FEMALE_WORDS =
  /\b(?:menopaus|postmenopaus|vagin|vulva|uter(?:us|ine)|ovar(?:y|ies|ian)|cervi(?:x|cal tenderness))/i;
const MALE_WORDS = /\b(?:penis|penile|prostat|scrot|testi[cs]|erect(?:ion|ile))/i;
/** Years between which pregnancy and menstruation are asked about. */
const FERTILE = { from: 10, to: 60 };

/** Whom a term may be asked of. */
export interface Askable {
  readonly female: boolean;
  readonly male: boolean;
  /** Only of who may be pregnant. */
  readonly fertile: boolean;
}

/** @param broader ids of the term and of all that it implies. */
export function askableOf({ en }: Term, broader: readonly string[]): Askable {
  const fertile = FERTILE_WORDS.test(en);
  const ofWomen = fertile || FEMALE_WORDS.test(en) || FEMALE_BRANCHES.some((id) => broader.includes(id));
  const ofMen = MALE_WORDS.test(en) || MALE_BRANCHES.some((id) => broader.includes(id));
  return { female: !ofMen, male: !ofWomen, fertile };
}

export function mayAsk({ female, male, fertile }: Askable, gender: Gender, age: number): boolean {
  if (gender === 'F' && !female) return false;
  if (gender === 'M' && !male) return false;
  return !fertile || (age >= FERTILE.from && age <= FERTILE.to);
}

/** What the age says already. */
const KNOWN_FROM_AGE: ReadonlySet<string> = new Set(['CEN:mayor_65']);
/** HPO's headings: nobody answers whether anything of a system is abnormal. */
const HEADING = /\babnormal(?:it(?:y|ies))?\b/i;

/** Whether a term makes a question at all. */
export function isQuestion({ id, slug, en }: Term): boolean {
  return !KNOWN_FROM_AGE.has(id) && (slug !== undefined || !HEADING.test(en));
}
