/** The request of POST /v1/predict, and the remarks on a valid but unusual one. */

import * as z from 'zod';
import plausible from '../../../data/clinical/plausible_ranges.json' with { type: 'json' };
import type { Localised, Vitals, Warning } from '../../core/types.ts';
import { validate } from '../validate.ts';
import { type CheckParams, format, range, record } from './fields.ts';

const POINTS = { es: 'puntos', en: 'points' };
const YEARS = { es: 'años', en: 'years' };
const DAYS = { es: 'días', en: 'days' };
/** Days in the greatest age that we take. */
const MAX_DAYS = Math.ceil(120 * 365.25);

const findingName = z.string().min(1).max(200);

const intensity = range(0, 10, POINTS).describe('Intensity, 0-10; 0 says that the finding is absent.');

const symptom = z.union([
  intensity,
  z.strictObject({
    intensity,
    onset: range(0, MAX_DAYS, DAYS).exactOptional().describe('Days since it began.'),
    duration: range(0, MAX_DAYS, DAYS).exactOptional().describe('Days that it lasted.'),
  }),
]);

/** Published limits that a value must keep to be possible at all. */
function vital(name: keyof typeof plausible.ranges, description: string): z.ZodExactOptional<z.ZodNumber> {
  const { min, max, unit } = plausible.ranges[name];
  return range(min, max, { es: unit, en: unit }).describe(description).exactOptional();
}

const NOT_ABOVE_SYSTOLIC: CheckParams = { code: 'INCONSISTENT', notAbove: 'systolic_bp_mmhg' };

const vitals = z
  .strictObject({
    temperature_c: vital('temperature_c', 'Body temperature, degrees Celsius.'),
    heart_rate: vital('heart_rate', 'Beats a minute.'),
    respiratory_rate: vital('respiratory_rate', 'Breaths a minute.'),
    systolic_bp_mmhg: vital('systolic_bp_mmhg', 'Systolic blood pressure, mmHg.'),
    diastolic_bp_mmhg: vital('diastolic_bp_mmhg', 'Diastolic blood pressure, mmHg; at most the systolic.'),
    spo2_percent: vital('spo2_percent', 'Oxygen saturation by pulse oximetry, percent.'),
    supplemental_oxygen: z.boolean().exactOptional().describe('Whether oxygen is being given.'),
    consciousness: z
      .enum(['A', 'C', 'V', 'P', 'U'])
      .exactOptional()
      .describe('ACVPU: alert, new confusion, responds to voice, responds to pain, unresponsive.'),
  })
  .refine((given) => (given.diastolic_bp_mmhg ?? 0) <= (given.systolic_bp_mmhg ?? Number.POSITIVE_INFINITY), {
    path: ['diastolic_bp_mmhg'],
    params: NOT_ABOVE_SYSTOLIC,
    // Also beside other errors, so that one answer names them all.
    when: ({ value }) => isPressurePair(value),
  })
  .describe('Vital signs as measured; leave out what was not measured.');

function isPressurePair(value: unknown): boolean {
  const { systolic_bp_mmhg, diastolic_bp_mmhg } = (value ?? {}) as Record<string, unknown>;
  return typeof systolic_bp_mmhg === 'number' && typeof diastolic_bp_mmhg === 'number';
}

/** Anonymous: a national identity number would name the patient. */
const PATIENT_ID = /^(?!(?:\d{8}|[XYZxyz]\d{7})[A-Za-z]$)[A-Za-z0-9._:-]{1,64}$/;

export const PredictRequestSchema = z
  .strictObject({
    patient_id: format(PATIENT_ID, {
      es: 'de 1 a 64 letras sin tilde, cifras o signos . _ : -, y no un DNI o NIE',
      en: '1 to 64 unaccented letters, digits or signs . _ : -, and no Spanish DNI or NIE',
    })
      .exactOptional()
      .describe('Anonymous identifier of your own, never a name or a record number that others know.'),
    symptoms: record(findingName, symptom, 300).describe(
      'Findings by Spanish slug, Spanish or English label or exact synonym, or HPO id; each with its intensity.',
    ),
    absent: z.array(findingName).max(300).exactOptional().describe('Findings looked for and not there.'),
    age: range(0, 120, YEARS).describe('Years; fractions for infants.'),
    gender: z.enum(['M', 'F', 'O']).describe('M male, F female, O other.'),
    pregnant: z
      .boolean()
      .exactOptional()
      .describe('Whether the patient is pregnant; leave out if not known.'),
    medical_history: z
      .array(findingName)
      .max(100)
      .exactOptional()
      .describe('Antecedents, exposures and risk factors, named as symptoms are.'),
    vitals: vitals.exactOptional(),
    lang: z.enum(['es', 'en']).exactOptional().describe('Language of the answer; before Accept-Language.'),
    explain: z
      .boolean()
      .exactOptional()
      .describe(
        'Whether the answer says why (true, the default): effects, evidence, counterfactuals, similar patients. It takes longer than the answer itself.',
      ),
    validation: z
      .enum(['strict', 'lenient'])
      .exactOptional()
      .describe('What unknown findings lead to: a 422 (strict, the default) or a warning (lenient).'),
  })
  .describe('A patient as found.');

export type PredictRequest = z.infer<typeof PredictRequestSchema>;

/**
 * The body as a request. Names of findings are not looked up here.
 *
 * @throws ApiProblem VALIDATION_FAILED with every bad field.
 */
export function parsePredictRequest(body: unknown): PredictRequest {
  return validate(PredictRequestSchema, body);
}

/** Degrees Celsius outside which a temperature is possible but rare enough to be a slip of the pen. */
const USUAL_TEMPERATURE = { min: 35, max: 42 };

/** Vital signs that read 0 where a device could not measure. The diastolic pressure is not one: it may truly be heard down to 0. */
const NEVER_ZERO = {
  heart_rate: { es: 'La frecuencia cardiaca', en: 'The heart rate' },
  respiratory_rate: { es: 'La frecuencia respiratoria', en: 'The respiratory rate' },
  systolic_bp_mmhg: { es: 'La presión arterial sistólica', en: 'The systolic blood pressure' },
  spo2_percent: { es: 'La saturación de oxígeno', en: 'The oxygen saturation' },
} as const satisfies Partial<Record<keyof Vitals, Localised>>;

/** Remarks on vital signs that are possible but unusual; the request is answered all the same. */
export function unusualVitals(given: Vitals): Warning[] {
  const { min, max } = USUAL_TEMPERATURE;
  const { temperature_c: t } = given;
  const temperature =
    t === undefined || (t >= min && t <= max)
      ? []
      : [
          unusual('temperature_c', {
            es: `La temperatura indicada (${t} °C) está fuera de lo habitual (${min}-${max} °C). Compruébela.`,
            en: `The temperature given (${t} °C) is outside the usual range (${min}-${max} °C). Check it.`,
          }),
        ];
  const zeros = (Object.keys(NEVER_ZERO) as (keyof typeof NEVER_ZERO)[])
    .filter((name) => given[name] === 0)
    .map((name) =>
      unusual(name, {
        es: `${NEVER_ZERO[name].es} indicada es 0: compruebe la medición.`,
        en: `${NEVER_ZERO[name].en} given is 0: check the measurement.`,
      }),
    );
  return [...temperature, ...zeros];
}

function unusual(name: keyof Vitals, message: Localised): Warning {
  return { code: 'UNUSUAL_VITAL', pointer: `/vitals/${name}`, message };
}
