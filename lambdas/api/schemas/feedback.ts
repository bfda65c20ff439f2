/** The contract of POST /v1/feedback: what the clinician came to know later. */

import * as z from 'zod';
import { SEVERITIES } from '../../core/types.ts';
import { ApiProblem } from '../problem.ts';
import { validate } from '../validate.ts';
import { format } from './fields.ts';
import { predictionId, UUID } from './parts.ts';

/** ICD-10 as it stands, other vocabularies and our own codes with their prefix. No free text: it is stored unencrypted. */
const CONDITION_CODE =
  /^(?:(?:ICD10:)?[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?|(?:OMIM|ORPHA|MONDO|DECIPHER|DOID|MESH):[A-Z]?\d{1,9}|CEN:condition_[a-z0-9_]{1,64})$/;

export const FeedbackRequestSchema = z
  .strictObject({
    prediction_id: format(UUID, {
      es: 'un UUID en minúsculas, como 019a9b3c-0000-7000-8000-000000000001',
      en: 'a UUID in lower case, as in 019a9b3c-0000-7000-8000-000000000001',
    }).describe('As the prediction answered it.'),
    correct: z.boolean().describe('Whether the prediction was right.'),
    actual_severity: z.enum(SEVERITIES).exactOptional().describe('What it turned out to be.'),
    confirmed_condition: format(CONDITION_CODE, {
      es: 'un código CIE-10 (I21.9 o ICD10:I21.9), u OMIM, ORPHA, MONDO, DECIPHER, DOID, MESH o CEN con su prefijo (ORPHA:558)',
      en: 'an ICD-10 code (I21.9 or ICD10:I21.9), or OMIM, ORPHA, MONDO, DECIPHER, DOID, MESH or CEN with its prefix (ORPHA:558)',
    })
      .exactOptional()
      .describe(
        'As `code` of the list has it, or ICD-10, or OMIM, ORPHA, MONDO, DECIPHER, DOID or MESH with its prefix.',
      ),
    basis: z
      .enum(['laboratory', 'genetic', 'imaging', 'histology', 'follow_up', 'opinion'])
      .describe('What the judgement rests on.'),
    seen_before_answer: z
      .boolean()
      .describe('Whether the clinician had made up their mind before seeing the prediction.'),
    rating: z.literal([1, 2, 3, 4, 5]).exactOptional().describe('How useful it was, 5 being the best.'),
    note: z
      .string()
      .max(2000)
      .exactOptional()
      .describe('Free text without anything that identifies a person: refused where it looks like it.'),
  })
  .meta({ id: 'FeedbackRequest', description: 'A later judgement on a prediction.' });

export type FeedbackRequest = z.infer<typeof FeedbackRequestSchema>;

export const FeedbackResponseSchema = z
  .strictObject({
    feedback_id: z.string().meta({ pattern: UUID.source }).describe('Names this feedback.'),
    prediction_id: predictionId,
    received_at: z.iso.datetime().describe('RFC 3339, UTC.'),
  })
  .meta({ id: 'FeedbackResponse', description: 'The acknowledgement: the feedback is stored.' });

export type FeedbackResponse = z.infer<typeof FeedbackResponseSchema>;

/**
 * The body as feedback.
 *
 * @throws ApiProblem VALIDATION_FAILED with every bad field, or with IDENTIFIER_IN_NOTE.
 */
export function parseFeedbackRequest(body: unknown): FeedbackRequest {
  const feedback = validate(FeedbackRequestSchema, body);
  if (feedback.note !== undefined && holdsIdentifier(feedback.note)) throw identifierInNote();
  return feedback;
}

/** What identifies a person in a Spanish or English note. Names cannot be told from other words. */
const IDENTIFIERS: readonly RegExp[] = [
  // E-mail address.
  /\S@\S+\.\S/,
  // Record, policy or phone number: no measurement is written with seven digits, only a vocabulary's codes are.
  /(?<!\b(?:HP|MONDO|DOID):)\d{7}/i,
  // Spanish DNI, dots and dash or not.
  /\b\d{2}[. ]?\d{3}[. ]?\d{3}[ -]?[A-Z]\b/i,
  // Spanish NIE.
  /\b[XYZ][ .-]?\d[. ]?\d{3}[. ]?\d{3}[ -]?[A-Z]\b/i,
  // Phone number with its country.
  /(?:\+|\b00)\d(?:[ .()/-]{0,2}\d){7,14}/,
  // Spanish phone number in groups.
  /(?<![\d.,])[6-9]\d(?:[ .-]?\d){7}(?![\d.,]\d)/,
  // Any number that calls itself a record number.
  /\b(?:NHC|MRN|NUHSA|NASS|CIP|DNI|NIE)\b\W{0,3}[A-Z]{0,4}\d{3}/i,
];

/** Whether a note seems to hold an e-mail address, a phone number, a Spanish identity or a record number. */
export function holdsIdentifier(note: string): boolean {
  // Full-width digits and no-break spaces count as the plain ones; what has no width must not hide anything.
  const plain = note.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  return IDENTIFIERS.some((pattern) => pattern.test(plain));
}

function identifierInNote(): ApiProblem {
  return new ApiProblem('VALIDATION_FAILED', {
    errors: [
      {
        pointer: '/note',
        code: 'IDENTIFIER_IN_NOTE',
        message: {
          es: 'La nota parece contener un correo, un teléfono, un DNI o NIE, o un número de historia. Quítelo: no se ha guardado nada.',
          en: 'The note seems to contain an e-mail address, a phone number, an identity document or a record number. Remove it: nothing was saved.',
        },
      },
    ],
  });
}
