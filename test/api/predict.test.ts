import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiProblem, type FieldError, toProblem } from '../../lambdas/api/problem.ts';
import { parsePredictRequest, unusualVitals } from '../../lambdas/api/schemas/predict.ts';
import { validRequest } from './predict-request.ts';

const REFERENCE = {
  patient_id: 'anon_12345',
  symptoms: { fiebre: 8.5, dolor_pecho: 7.0, dificultad_respirar: 6.5 },
  age: 45,
  gender: 'M',
};

function problemOf(body: unknown): ApiProblem {
  try {
    parsePredictRequest(body);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ApiProblem);
    return thrown as ApiProblem;
  }
  throw new Error('accepted');
}

/** `pointer code` of each error. */
const placesOf = (body: unknown): string[] =>
  problemOf(body).errors.map(({ pointer, code }) => `${pointer} ${code}`);

/** Steps of RFC 6901, section 4; undefined where nothing is there. */
function resolvePointer(body: unknown, pointer: string): { readonly value: unknown } | undefined {
  let value = body;
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return { value };
}

function expectPointersIntoBody(body: unknown, errors: readonly FieldError[]): void {
  for (const { pointer, code } of errors) {
    expect(pointer).toMatch(/^(?:\/(?:[^~/]|~[01])*)*$/u);
    const place = code === 'MISSING_FIELD' ? pointer.slice(0, pointer.lastIndexOf('/')) : pointer;
    expect(resolvePointer(body, place), `${code} at ${pointer}`).toBeDefined();
  }
}

describe('parsePredictRequest', () => {
  it('takes the reference request of the specification', () => {
    expect(parsePredictRequest(REFERENCE)).toEqual(REFERENCE);
  });

  it('takes every valid request as it stands', () => {
    fc.assert(
      fc.property(validRequest, (request) => {
        expect(parsePredictRequest(request)).toEqual(request);
      }),
    );
  });

  it('answers any JSON value with itself or with a 422 whose pointers lead into it', () => {
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          patient_id: fc.jsonValue(),
          symptoms: fc.oneof(
            fc.jsonValue(),
            fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }),
          ),
          absent: fc.jsonValue(),
          age: fc.oneof(fc.jsonValue(), fc.double()),
          gender: fc.jsonValue(),
          vitals: fc.jsonValue(),
          [`x${'y'.repeat(250)}`]: fc.jsonValue(),
        },
        { requiredKeys: [], noNullPrototype: true },
      ),
    );
    let refused = 0;
    fc.assert(
      fc.property(anything, (body) => {
        try {
          expect(parsePredictRequest(body)).toEqual(body);
        } catch (thrown) {
          if (!(thrown instanceof ApiProblem)) throw thrown;
          refused += 1;
          expect(thrown).toMatchObject({ status: 422, code: 'VALIDATION_FAILED' });
          expect(thrown.errors.length).toBeGreaterThan(0);
          expectPointersIntoBody(body, thrown.errors);
        }
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(300);
  });

  it('reports every problem at once', () => {
    const body = {
      patient_id: 'María López',
      symptoms: {
        fiebre: 11,
        'a/b~c': { intensity: -1, onset: -2, since: 3 },
        tos: 'mucha',
        mareo: { onset: 1 },
      },
      absent: [1, ''],
      age: 130,
      gender: 'X',
      pregnant: 'no',
      vitals: { heart_rate: 400, systolic_bp_mmhg: 80, diastolic_bp_mmhg: 100, consciousness: 'Z' },
      ages: 45,
    };

    expect(placesOf(body).toSorted()).toEqual(
      [
        '/patient_id BAD_FORMAT',
        '/symptoms/fiebre OUT_OF_RANGE',
        '/symptoms/a~1b~0c/intensity OUT_OF_RANGE',
        '/symptoms/a~1b~0c/onset OUT_OF_RANGE',
        '/symptoms/a~1b~0c/since UNKNOWN_FIELD',
        '/symptoms/tos WRONG_TYPE',
        '/symptoms/mareo/intensity MISSING_FIELD',
        '/absent/0 WRONG_TYPE',
        '/absent/1 TOO_SHORT',
        '/age OUT_OF_RANGE',
        '/gender NOT_ALLOWED_VALUE',
        '/pregnant WRONG_TYPE',
        '/vitals/heart_rate OUT_OF_RANGE',
        '/vitals/diastolic_bp_mmhg INCONSISTENT',
        '/vitals/consciousness NOT_ALLOWED_VALUE',
        '/ages UNKNOWN_FIELD',
      ].toSorted(),
    );
  });

  it.each([
    [
      { age: 130 },
      '«age» vale 130; se admite de 0 a 120 (años).',
      '"age" is 130; 0 to 120 is allowed (years).',
    ],
    [
      { symptoms: { fiebre: 10.5 } },
      '«symptoms.fiebre» vale 10.5; se admite de 0 a 10 (puntos).',
      '"symptoms.fiebre" is 10.5; 0 to 10 is allowed (points).',
    ],
    [
      { vitals: { temperature_c: 98.6 } },
      '«vitals.temperature_c» vale 98.6; se admite de 26 a 45 (°C).',
      '"vitals.temperature_c" is 98.6; 26 to 45 is allowed (°C).',
    ],
    [
      { vitals: { systolic_bp_mmhg: 80, diastolic_bp_mmhg: 120 } },
      '«vitals.diastolic_bp_mmhg» vale 120; no puede superar a «vitals.systolic_bp_mmhg», que vale 80.',
      '"vitals.diastolic_bp_mmhg" is 120; it cannot exceed "vitals.systolic_bp_mmhg", which is 80.',
    ],
    [
      { gender: 'Male' },
      '«gender» vale «Male»; se admite: M, F, O.',
      '"gender" is "Male"; allowed: M, F, O.',
    ],
    [
      { gender: 'anon 7' },
      '«gender» no es válido; se admite: M, F, O.',
      '"gender" is not valid; allowed: M, F, O.',
    ],
    [
      { patient_id: 'María López' },
      '«patient_id» no tiene el formato admitido: de 1 a 64 letras sin tilde, cifras o signos . _ : -, y no un DNI o NIE.',
      '"patient_id" does not have the allowed format: 1 to 64 unaccented letters, digits or signs . _ : -, and no Spanish DNI or NIE.',
    ],
    [
      { age: '45' },
      '«age» debe ser un número; se recibió un texto.',
      '"age" must be a number; a string was given.',
    ],
    [
      { symptoms: { tos: [] } },
      '«symptoms.tos» debe ser un número o un objeto; se recibió una lista.',
      '"symptoms.tos" must be a number or an object; an array was given.',
    ],
    [
      { age: Number.POSITIVE_INFINITY },
      '«age» debe ser un número; se recibió un número demasiado grande.',
      '"age" must be a number; a number too large to hold was given.',
    ],
  ])('%j in words', (change, es, en) => {
    const { errors } = problemOf({ ...REFERENCE, ...change });

    expect(errors.map(({ message }) => message)).toEqual([{ es, en }]);
  });

  it.each(['12345678Z', 'X1234567L', 'y1234567x'])(
    'refuses a national identity number as patient_id: %s',
    (id) => {
      const body = { patient_id: id, symptoms: { fiebre: 5 }, age: 40, gender: 'F' };

      expect(() => parsePredictRequest(body)).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }));
    },
  );

  it('gives the pattern of a format', () => {
    const [error] = problemOf({ ...REFERENCE, patient_id: 'a b' }).errors;
    expect(error).toMatchObject({
      code: 'BAD_FORMAT',
      allowed: ['^(?!(?:\\d{8}|[XYZxyz]\\d{7})[A-Za-z]$)[A-Za-z0-9._:-]{1,64}$'],
    });
    expect(error).not.toHaveProperty('value');
  });

  it('names the nearest field and all that exist', () => {
    const [error] = problemOf({ ...REFERENCE, genders: 'M' }).errors;

    expect(error?.message.en).toMatch(
      /^There is no field "genders"; did you mean "gender"\? Allowed fields: /,
    );
    expect(error?.allowed).toEqual(expect.arrayContaining(['symptoms', 'age', 'gender', 'vitals']));
  });

  it('says of 10,000 symptoms that they are too many, and no more', () => {
    const symptoms = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`s${i}`, 'bad']));

    const { errors } = problemOf({ ...REFERENCE, symptoms });

    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({
      pointer: '/symptoms',
      code: 'TOO_MANY',
      value: 10_000,
      allowed: [300],
    });
  });

  it('takes 300 symptoms and not 301', () => {
    const symptoms = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`s${i}`, 1]));

    expect(Object.keys(parsePredictRequest({ ...REFERENCE, symptoms: symptoms(300) }).symptoms)).toHaveLength(
      300,
    );
    expect(placesOf({ ...REFERENCE, symptoms: symptoms(301) })).toEqual(['/symptoms TOO_MANY']);
  });

  it.each([
    ['absent', 300],
    ['medical_history', 100],
  ])('takes %s up to %i names', (field, max) => {
    const names = (n: number) => ({ ...REFERENCE, [field]: Array.from({ length: n }, () => 'tos') });

    expect(parsePredictRequest(names(max))).toEqual(names(max));
    expect(placesOf(names(max + 1))).toEqual([`/${field} TOO_MANY`]);
  });

  it('takes names of 200 characters and not of 201, nor of none', () => {
    const named = (name: string) => ({ ...REFERENCE, symptoms: { [name]: 1 } });

    expect(parsePredictRequest(named('a'.repeat(200)))).toEqual(named('a'.repeat(200)));
    expect(placesOf(named('a'.repeat(201)))).toEqual(['/symptoms BAD_NAME']);
    expect(placesOf(named(''))).toEqual(['/symptoms BAD_NAME']);
  });

  it('limits the errors that it lists', () => {
    const fields = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`f${i}`, 1]));

    expect(problemOf(fields).errors).toHaveLength(1000);
  });

  it('never repeats the patient id, nor text of more than 64 characters', () => {
    const wrong = fc.record({
      gender: fc.string(),
      age: fc.double({ min: 121, noNaN: true }),
      symptoms: fc.dictionary(fc.string({ maxLength: 20 }), fc.constant(11), { noNullPrototype: true }),
    });
    const id = fc.uuid().map((uuid) => `Paciente ${uuid}`);
    const note = fc.string({ minLength: 65 }).map((text) => `${text} note ${'n'.repeat(65)}`);

    fc.assert(
      fc.property(wrong, id, note, (body, patient_id, gender) => {
        for (const lang of ['es', 'en'] as const) {
          const thrown = problemOf({ ...body, patient_id, gender, [gender]: 1 });
          const messages = toProblem(thrown, lang, 'r').body.errors.map(({ message }) => message);

          expect(JSON.stringify(toProblem(thrown, lang, 'r'))).not.toContain(patient_id);
          for (const message of messages) expect(message).not.toContain(gender);
        }
      }),
    );
  });
});

describe('plausible ranges', () => {
  it('are those of their source', () => {
    const file = resolve(import.meta.dirname, '../../data/clinical/plausible_ranges.json');
    const { source, ranges } = JSON.parse(readFileSync(file, 'utf8'));

    expect(source.url).toMatch(/^https:\/\/github\.com\/MLforHealth\/MIMIC_Extract\//);
    for (const [name, { min, max }] of Object.entries<{ min: number; max: number }>(ranges)) {
      const withVital = (value: number) => ({ ...REFERENCE, vitals: { [name]: value } });
      expect(parsePredictRequest(withVital(min))).toEqual(withVital(min));
      expect(parsePredictRequest(withVital(max))).toEqual(withVital(max));
      expect(placesOf(withVital(min - 0.1))).toEqual([`/vitals/${name} OUT_OF_RANGE`]);
      expect(placesOf(withVital(max + 0.1))).toEqual([`/vitals/${name} OUT_OF_RANGE`]);
    }
  });
});

describe('unusualVitals', () => {
  it.each([34.9, 42.1, 26, 45])('warns of %d degrees', (temperature_c) => {
    const [warning] = unusualVitals({ temperature_c });

    expect(warning).toMatchObject({ code: 'UNUSUAL_VITAL', pointer: '/vitals/temperature_c' });
    expect(warning?.message.es).toContain(`${temperature_c} °C`);
    expect(warning?.message.en).toContain(`${temperature_c} °C`);
  });

  it.each([
    ['heart_rate', 'La frecuencia cardiaca indicada es 0: compruebe la medición.'],
    ['respiratory_rate', 'La frecuencia respiratoria indicada es 0: compruebe la medición.'],
    ['systolic_bp_mmhg', 'La presión arterial sistólica indicada es 0: compruebe la medición.'],
    ['spo2_percent', 'La saturación de oxígeno indicada es 0: compruebe la medición.'],
  ])('warns of a %s of 0', (name, es) => {
    expect(unusualVitals({ [name]: 0 })).toEqual([
      {
        code: 'UNUSUAL_VITAL',
        pointer: `/vitals/${name}`,
        message: { es, en: expect.stringMatching(/^The .* given is 0: check the measurement\.$/) },
      },
    ]);
  });

  it('warns of each that is unusual', () => {
    const all = unusualVitals({ temperature_c: 26, heart_rate: 0, respiratory_rate: 12, spo2_percent: 0 });
    expect(all.map(({ pointer }) => pointer)).toEqual([
      '/vitals/temperature_c',
      '/vitals/heart_rate',
      '/vitals/spo2_percent',
    ]);
  });

  it.each([
    {},
    { temperature_c: 35 },
    { temperature_c: 42 },
    { heart_rate: 200 },
    { heart_rate: 1, respiratory_rate: 1, systolic_bp_mmhg: 1, spo2_percent: 1 },
    { diastolic_bp_mmhg: 0 },
  ])('says nothing of %j', (vitals) => {
    expect(unusualVitals(vitals)).toEqual([]);
  });
});
