/** From the request to findings of the vocabulary, and the problems with those that are not. */

import { consistency } from '../adapters/clinical.ts';
import type { Model } from '../adapters/model.ts';
import { ApiProblem, type FieldError, jsonPointer } from '../api/problem.ts';
import type { PredictRequest } from '../api/schemas/predict.ts';
import { inconsistencies } from '../core/consistency.ts';
import type { Canonical, ReportedFinding } from '../core/findings.ts';
import { canonicalise } from '../core/findings.ts';
import { resolve } from '../core/names.ts';
import { searchTerms } from '../core/search.ts';
import type { Lang, Localised, Patient, TermMatch, Warning } from '../core/types.ts';

export interface Report {
  readonly patient: Patient;
  /** In lenient mode: whether findings were left out because nobody knows them. */
  readonly unknownFindings: boolean;
  readonly warnings: readonly Warning[];
}

const SUGGESTIONS = 5;
/** So many unknown names get suggestions; a search for each of hundreds would hold up everybody else. */
const HELPED = 20;
/** A name that an answer may repeat: short, and of the characters that names of findings are made of. */
const SHOWABLE = /^[\p{L}\p{N} _:.()/-]{1,64}$/u;

/**
 * The patient of a request; `lang` is the reader's, whose words come first among the suggestions.
 *
 * @throws ApiProblem CONTRADICTION; UNKNOWN_FINDING unless the validation is lenient; NO_FINDINGS where neither a
 * known finding nor a vital sign is left.
 */
export function readPatient(model: Model, request: PredictRequest, lang: Lang): Report {
  const reported = reportedFindings(request);
  const canonical = canonicalise(model.names, {
    findings: reported,
    age: request.age,
    gender: request.gender,
    ...(request.pregnant !== undefined && { pregnant: request.pregnant }),
    vitals: request.vitals ?? {},
  });
  refuseContradictions(canonical);
  const unknown = canonical.unknown.map((finding, i) => unknownFinding(model, finding, i < HELPED, lang));
  if (unknown.length > 0 && request.validation !== 'lenient')
    throw new ApiProblem('UNKNOWN_FINDING', { errors: unknown });
  const { patient } = canonical;
  if (patient.findings.length === 0 && Object.keys(patient.vitals).length === 0)
    throw new ApiProblem('NO_FINDINGS', { errors: unknown });
  return {
    patient,
    unknownFindings: unknown.length > 0,
    warnings: [
      ...canonical.warnings,
      ...inconsistent(model, reported, patient),
      ...unknown.map(({ value: _, ...warning }) => warning),
    ],
  };
}

function reportedFindings({ symptoms, absent, medical_history }: PredictRequest): ReportedFinding[] {
  const listed = (
    field: string,
    names: readonly string[] = [],
    told: Pick<ReportedFinding, 'present' | 'history'>,
  ) => names.map((name, i) => ({ name, pointer: jsonPointer([field, i]), ...told }));
  return [
    ...Object.entries(symptoms).map(([name, given]) => {
      const details = typeof given === 'number' ? { intensity: given } : given;
      return { name, pointer: jsonPointer(['symptoms', name]), present: details.intensity > 0, ...details };
    }),
    ...listed('absent', absent, { present: false }),
    ...listed('medical_history', medical_history, { present: true, history: true }),
  ];
}

/** A remark at each place in the request that contradicts another. */
function inconsistent(model: Model, reported: readonly ReportedFinding[], patient: Patient): Warning[] {
  return inconsistencies(consistency, patient).flatMap(({ finding, vital, message }) => {
    const places = reported
      .filter(({ name }) => resolve(model.names, name)?.term === finding.term)
      .map(({ pointer }) => pointer);
    return [...places, `/vitals/${vital}`].map((pointer) => ({
      code: 'INCONSISTENT_DATA',
      message,
      pointer,
    }));
  });
}

function refuseContradictions({ contradictions }: Canonical): void {
  if (contradictions.length === 0) return;
  throw new ApiProblem('CONTRADICTION', {
    errors: contradictions.flatMap(({ label, pointers }) => {
      const message = {
        es: `El hallazgo «${label.es}» figura como presente y como ausente.`,
        en: `The finding "${label.en}" is given as present and as absent.`,
      };
      return pointers.map((pointer) => ({ pointer, code: 'CONTRADICTION', message }));
    }),
  });
}

function unknownFinding(
  model: Model,
  { name, pointer }: ReportedFinding,
  isHelped: boolean,
  lang: Lang,
): FieldError {
  const suggestions = isHelped ? searchTerms(model.search(), name, lang, SUGGESTIONS) : [];
  const shown = SHOWABLE.test(name) ? name : undefined;
  return {
    pointer,
    code: 'UNKNOWN_FINDING',
    message: inWords(shown, suggestions),
    ...(shown !== undefined && { value: shown }),
    ...(isHelped && { suggestions }),
  };
}

function inWords(name: string | undefined, suggestions: readonly TermMatch[]): Localised {
  const [es, en] = name === undefined ? ['Este hallazgo', 'This finding'] : [`«${name}»`, `"${name}"`];
  const listed = (lang: Lang) =>
    suggestions.map(({ id, slug, label }) => `${label[lang]} (${slug ?? id})`).join(', ');
  const denies = suggestions.some(({ negated }) => negated);
  return {
    es: `${es} no se reconoce${listed('es') && `; los más parecidos: ${listed('es')}`}.${denies ? ' Si niega un hallazgo, indíquelo en «absent».' : ''}`,
    en: `${en} is not recognised${listed('en') && `; the nearest known ones: ${listed('en')}`}.${denies ? ' If it denies a finding, give that one in "absent".' : ''}`,
  };
}
