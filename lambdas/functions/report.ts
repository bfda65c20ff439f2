/** From the request to findings of the vocabulary, and the problems with those that are not. */

import { consistency } from '../adapters/clinical.ts';
import type { Model } from '../adapters/model.ts';
import { ApiProblem, type FieldError, jsonPointer } from '../api/problem.ts';
import type { PredictRequest } from '../api/schemas/predict.ts';
import { inconsistencies } from '../core/consistency.ts';
import type { Canonical, ReportedFinding } from '../core/findings.ts';
import { canonicalise } from '../core/findings.ts';
import { resolve } from '../core/names.ts';
import { suggestTerms } from '../core/suggest.ts';
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
  const suggestions = isHelped ? suggestTerms(model.names, model.search, name, lang, SUGGESTIONS) : [];
  const shown = SHOWABLE.test(name) ? name : undefined;
  return {
    pointer,
    code: 'UNKNOWN_FINDING',
    message: inWords(shown, suggestions, pointer.startsWith('/absent/')),
    ...(shown !== undefined && { value: shown }),
    ...(isHelped && { suggestions }),
  };
}

/** `isDenied`: it stands where findings are listed that are not there. */
function inWords(name: string | undefined, suggestions: readonly TermMatch[], isDenied: boolean): Localised {
  const [es, en] = name === undefined ? ['Este hallazgo', 'This finding'] : [`«${name}»`, `"${name}"`];
  const listed = (lang: Lang) =>
    suggestions
      .map(({ id, slug, label, negated }) => `${label[lang]} (${slug ?? id}${negated ? DENIED[lang] : ''})`)
      .join(', ');
  const denies = suggestions.some(({ negated }) => negated);
  const nearest = suggestions.length > 0 ? NEAREST : ALLOWED;
  const hint = denies ? DENIALS[isDenied ? 'absent' : 'elsewhere'] : NO_HINT;
  return {
    es: `${es} no se reconoce${nearest.es}${listed('es')}.${hint.es}`,
    en: `${en} is not recognised${nearest.en}${listed('en')}.${hint.en}`,
  };
}

const NEAREST: Localised = { es: '; los más parecidos: ', en: '; the nearest known ones: ' };
/** Where nothing is near. */
const ALLOWED: Localised = {
  es: '; se admite el nombre de un hallazgo en español o inglés, o su código («HP:0001945»)',
  en: '; the name of a finding in Spanish or English, or its code ("HP:0001945"), is allowed',
};
const DENIED: Localised = { es: ', negado', en: ', denied' };
const NO_HINT: Localised = { es: '', en: '' };
const DENIALS: Readonly<Record<'absent' | 'elsewhere', Localised>> = {
  absent: {
    es: ' En «absent» escriba el hallazgo sin negarlo.',
    en: ' In "absent" write the finding without the denial.',
  },
  elsewhere: {
    es: ' Si niega un hallazgo, indíquelo en «absent».',
    en: ' If it denies a finding, give that one in "absent".',
  },
};
