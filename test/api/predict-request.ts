/** Arbitrary valid requests. */

import fc from 'fast-check';
import type { PredictRequest } from '../../lambdas/api/schemas/predict.ts';

const between = (min: number, max: number) =>
  fc.double({ min, max, noNaN: true }).map((value) => (value === 0 ? 0 : value));

// Names that are properties of every object, too, but the one that an object literal cannot hold.
const name = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 200 }),
    fc.constantFrom('constructor', 'toString', 'HP:0001945'),
  )
  .filter((text) => text !== '__proto__');

const days = between(0, 43_830);

const symptom = fc.oneof(
  between(0, 10),
  fc.record({ intensity: between(0, 10), onset: days, duration: days }, { requiredKeys: ['intensity'] }),
);

const vitals = fc.record(
  {
    temperature_c: between(26, 45),
    heart_rate: between(0, 350),
    respiratory_rate: between(0, 300),
    systolic_bp_mmhg: between(100, 375),
    diastolic_bp_mmhg: between(0, 100),
    spo2_percent: between(0, 100),
    supplemental_oxygen: fc.boolean(),
    consciousness: fc.constantFrom('A', 'C', 'V', 'P', 'U'),
  },
  { requiredKeys: [] },
);

export const validRequest: fc.Arbitrary<PredictRequest> = fc.record(
  {
    patient_id: fc.stringMatching(/^[A-Za-z0-9._:-]{1,64}$/),
    symptoms: fc.dictionary(name, symptom, { maxKeys: 20, noNullPrototype: true }),
    absent: fc.array(name, { maxLength: 20 }),
    age: between(0, 120),
    gender: fc.constantFrom('M', 'F', 'O'),
    pregnant: fc.boolean(),
    medical_history: fc.array(name, { maxLength: 20 }),
    vitals,
    lang: fc.constantFrom('es', 'en'),
    validation: fc.constantFrom('strict', 'lenient'),
  },
  { requiredKeys: ['symptoms', 'age', 'gender'], noNullPrototype: true },
) as fc.Arbitrary<PredictRequest>;
