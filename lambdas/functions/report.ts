/** From the request to findings of the vocabulary, and the problems with those that are not. */

import type { Model } from '../adapters/model.ts';
import { ApiProblem, type FieldError, jsonPointer } from '../api/problem.ts';
import type { PredictRequest } from '../api/schemas/predict.ts';
import type { Canonical, ReportedFinding } from '../core/findings.ts';
import { canonicalise } from '../core/findings.ts';
import { searchTerms } from '../core/search.ts';
import type { Lang, Localised, Patient, Warning } from '../core/types.ts';

export interface Report {
  readonly patient: Patient;
  /** In lenient mode: whether findings were left out because nobody knows them. */
  readonly unknownFindings: boolean;
  readonly warnings: readonly Warning[];
}

const SUGGESTIONS = 3;

/**
 * The patient of a request.
 *
 * @throws ApiProblem CONTRADICTION; UNKNOWN_FINDING unless the validation is lenient; NO_FINDINGS where neither a
 * known finding nor a vital sign is left.
 */
export function readPatient(model: Model, request: PredictRequest): Report {
  const canonical = canonicalise(model.names, {
    findings: reportedFindings(request),
    age: request.age,
    gender: request.gender,
    ...(request.pregnant !== undefined && { pregnant: request.pregnant }),
    vitals: request.vitals ?? {},
  });
  refuseContradictions(canonical);
  const unknown = canonical.unknown.map((finding) => unknownFinding(model, finding));
  if (unknown.length > 0 && request.validation !== 'lenient')
    throw new ApiProblem('UNKNOWN_FINDING', { errors: unknown });
  const { patient } = canonical;
  if (patient.findings.length === 0 && Object.keys(patient.vitals).length === 0)
    throw new ApiProblem('NO_FINDINGS');
  return {
    patient,
    unknownFindings: unknown.length > 0,
    warnings: [
      ...canonical.warnings,
      ...unknown.map(({ pointer, code, message }) => ({ pointer, code, message })),
    ],
  };
}

function reportedFindings({ symptoms, absent, medical_history }: PredictRequest): ReportedFinding[] {
  const listed = (field: string, names: readonly string[] = [], present: boolean) =>
    names.map((name, i) => ({ name, pointer: jsonPointer([field, i]), present }));
  return [
    ...Object.entries(symptoms).map(([name, given]) => {
      const details = typeof given === 'number' ? { intensity: given } : given;
      return { name, pointer: jsonPointer(['symptoms', name]), present: details.intensity > 0, ...details };
    }),
    ...listed('absent', absent, false),
    ...listed('medical_history', medical_history, true),
  ];
}

function refuseContradictions({ contradictions }: Canonical): void {
  if (contradictions.length === 0) return;
  throw new ApiProblem('CONTRADICTION', {
    errors: contradictions.flatMap(({ id, pointers }) =>
      pointers.map((pointer) => ({
        pointer,
        code: 'CONTRADICTION',
        message: {
          es: `El hallazgo ${id} figura como presente y como ausente.`,
          en: `The finding ${id} is given as present and as absent.`,
        },
      })),
    ),
  });
}

function unknownFinding(model: Model, { name, pointer }: ReportedFinding): FieldError {
  const nearest = (lang: Lang) => searchTerms(model.search(), name, lang, SUGGESTIONS);
  const named = (lang: Lang) =>
    nearest(lang)
      .map(({ id, slug, label }) => `${label} (${slug ?? id})`)
      .join(', ');
  return {
    pointer,
    code: 'UNKNOWN_FINDING',
    message: withSuggestions({ es: named('es'), en: named('en') }),
    allowed: nearest('es').map(({ id, slug }) => slug ?? id),
  };
}

function withSuggestions(suggestions: Localised): Localised {
  return {
    es: `Este hallazgo no se reconoce${suggestions.es && `; los más parecidos: ${suggestions.es}`}.`,
    en: `This finding is not recognised${suggestions.en && `; the nearest known ones: ${suggestions.en}`}.`,
  };
}
