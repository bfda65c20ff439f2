import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiProblem } from '../../lambdas/api/problem.ts';
import { holdsIdentifier, parseFeedbackRequest } from '../../lambdas/api/schemas/feedback.ts';

const minimal = {
  prediction_id: '019a9b3c-0000-7000-8000-000000000001',
  correct: true,
  basis: 'follow_up',
  seen_before_answer: false,
};

function errorsOf(body: unknown): { pointer: string; code: string }[] {
  try {
    parseFeedbackRequest(body);
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    expect(error.code).toBe('VALIDATION_FAILED');
    return error.errors.map(({ pointer, code }) => ({ pointer, code }));
  }
  return [];
}

describe('parseFeedbackRequest', () => {
  it('takes the least and the most', () => {
    const full = {
      ...minimal,
      actual_severity: 'ENFERMEDAD_CRONICA',
      confirmed_condition: 'ORPHA:558',
      rating: 5,
      note: 'Confirmado por estudio genético (FBN1). Dilatación aórtica de 42 mm; plaquetas 250000, TA 130/80.',
    };
    expect(parseFeedbackRequest(minimal)).toEqual(minimal);
    expect(parseFeedbackRequest(full)).toEqual(full);
  });

  it.each([
    'I21.9',
    'ICD10:I21.9',
    'J45.901',
    'B20',
    'U07.1',
    'OMIM:154700',
    'MONDO:0007947',
    'MESH:D008382',
    'DOID:14323',
    'CEN:condition_todd_s_paralysis',
  ])('takes the condition %s', (confirmed_condition) => {
    expect(errorsOf({ ...minimal, confirmed_condition })).toEqual([]);
  });

  it.each([
    ['/prediction_id', 'MISSING_FIELD', { prediction_id: undefined }],
    ['/prediction_id', 'BAD_FORMAT', { prediction_id: '../../x' }],
    ['/correct', 'WRONG_TYPE', { correct: 'yes' }],
    ['/basis', 'NOT_ALLOWED_VALUE', { basis: 'guess' }],
    ['/seen_before_answer', 'MISSING_FIELD', { seen_before_answer: undefined }],
    ['/actual_severity', 'NOT_ALLOWED_VALUE', { actual_severity: 'GRAVE' }],
    ['/confirmed_condition', 'BAD_FORMAT', { confirmed_condition: 'Juan Pérez' }],
    ['/confirmed_condition', 'BAD_FORMAT', { confirmed_condition: '12345678Z' }],
    ['/confirmed_condition', 'BAD_FORMAT', { confirmed_condition: 'TEL:612345678' }],
    ['/confirmed_condition', 'BAD_FORMAT', { confirmed_condition: 'CEN:condition_Juan Pérez' }],
    ['/rating', 'NOT_ALLOWED_VALUE', { rating: 0 }],
    ['/rating', 'NOT_ALLOWED_VALUE', { rating: 6 }],
    ['/rating', 'NOT_ALLOWED_VALUE', { rating: 3.5 }],
    ['/rating', 'NOT_ALLOWED_VALUE', { rating: '5' }],
    ['/note', 'TOO_LONG', { note: 'a'.repeat(2001) }],
    ['/note', 'IDENTIFIER_IN_NOTE', { note: 'Llamar al 612 345 678' }],
    ['/patient_name', 'UNKNOWN_FIELD', { patient_name: 'x' }],
  ])('names %s with %s', (pointer, code, change) => {
    expect(errorsOf({ ...minimal, ...change })).toEqual([{ pointer, code }]);
  });

  it('puts its formats into words, in both languages', () => {
    try {
      parseFeedbackRequest({ ...minimal, prediction_id: 'x', confirmed_condition: 'infarto' });
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      const [id, condition] = error.errors;
      expect(id?.message.es).toMatch(
        /^«prediction_id» no tiene el formato admitido: un UUID en minúsculas, como 0/,
      );
      expect(condition?.message.en).toMatch(
        /^"confirmed_condition" .*: an ICD-10 code \(I21\.9 or ICD10:I21\.9\), or OMIM, /,
      );
      for (const { allowed } of error.errors) expect(String(allowed)).toMatch(/^\^.*\$$/);
    }
  });

  it.each([null, 1, 'x', [], true])('refuses %j for a body', (body) => {
    expect(errorsOf(body)).toHaveLength(1);
  });

  it('does not repeat the note', () => {
    const note = 'paciente@example.org';
    try {
      parseFeedbackRequest({ ...minimal, note });
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify(error)).not.toContain('example.org');
    }
  });
});

describe('holdsIdentifier', () => {
  it.each([
    'ver juan.perez@hospital.es',
    'correo: a@b.co',
    'tel. 612345678',
    'tel. 612 345 678',
    'tel. 91 123 45 67',
    'tel. 912-345-678',
    'móvil +34 612 34 56 78',
    'call +44 (0)20 7946 0958',
    'llamar al 0034612345678',
    'DNI 12345678Z',
    'DNI 12.345.678-Z',
    'dni 12 345 678 z',
    'NIE X1234567L',
    'NIE x-1.234.567-l',
    'NHC 48213',
    'NHC: 1234',
    'MRN #00482',
    'historia 1029384',
    'tarjeta AN0123456789',
    'tel. ６１２３４５６７８',
    'tel. 612\u00a0345\u00a0678',
    'tel. 612\u200b345\u200b678',
  ])('sees one in %j', (note) => {
    expect(holdsIdentifier(note)).toBe(true);
  });

  it.each([
    '',
    'Troponina negativa en dos muestras, ECG normal.',
    'TA 120/80, FC 98, FR 22, SatO2 94 %, Tª 38,5 °C',
    'Leucocitos 15.300, plaquetas 250000, PCR 120 mg/L',
    'Carga viral 1.500.000 copias/ml',
    'Hemoglobina 13,2 g/dl; ferritina 1200; LDH 640',
    'Revisado el 21/11/2026 a las 10:30',
    'FBN1 c.1453C>T (p.Arg485Cys), HP:0001166, OMIM:154700, ORPHA:558',
    'TC a 5 mm, nódulo de 12 x 9 x 8 mm',
    'Dosis 500 mg cada 8 h durante 7 días',
    'PaO2 60, PaCO2 45, pH 7.35, HCO3 24',
    'Mejor @ 48 h',
  ])('sees none in %j', (note) => {
    expect(holdsIdentifier(note)).toBe(false);
  });

  it('sees every e-mail address and DNI wherever it stands', () => {
    const email = fc.emailAddress();
    const dni = fc
      .tuple(fc.integer({ min: 0, max: 99_999_999 }), fc.constantFrom(...'TRWAGMYFPDXBNJZSQVHLCKE'))
      .map(([number, letter]) => `${String(number).padStart(8, '0')}${letter}`);
    const around = fc.constantFrom('', ' ', '. ', ' el paciente ', '\n', ' (', ') ');
    fc.assert(
      fc.property(around, fc.oneof(email, dni), around, (before, identifier, after) => {
        expect(holdsIdentifier(before + identifier + after)).toBe(true);
      }),
    );
  });

  it('takes no longer for a note made to slow it down', () => {
    const startedAt = performance.now();
    for (const part of ['@', '1 ', '+1-', 'x.', '9 8', 'NHC ', 'a@a']) holdsIdentifier(part.repeat(2000));
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
