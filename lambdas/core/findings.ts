import type { NameIndex } from './names.ts';
import { resolve } from './names.ts';
import type { Finding, Gender, Localised, Patient, Term, Vitals, Warning } from './types.ts';

/** One finding as the caller wrote it. */
export interface ReportedFinding {
  /** Id, slug, label or synonym, in Spanish or English. */
  readonly name: string;
  /** JSON pointer (RFC 6901) to it in the request. */
  readonly pointer: string;
  /** Denied findings, and those of intensity 0, are not present. */
  readonly present: boolean;
  /** Told as medical history, not as a complaint of today. */
  readonly history?: true;
  /** 0-10. */
  readonly intensity?: number;
  /** Days since it began. */
  readonly onset?: number;
  /** Days it lasted. */
  readonly duration?: number;
}

/** A patient as the caller described one. */
export interface ReportedPatient {
  readonly findings: readonly ReportedFinding[];
  /** Years, 0-120. */
  readonly age: number;
  readonly gender: Gender;
  readonly pregnant?: boolean;
  readonly vitals: Vitals;
}

/** Places in the request that say of one term that it is there and that it is not. */
export interface Contradiction {
  /** Of the finding. */
  readonly label: Localised;
  readonly pointers: readonly string[];
}

export interface Canonical {
  readonly patient: Patient;
  /** Findings that no term of the vocabulary is named by, in the request's order. */
  readonly unknown: readonly ReportedFinding[];
  readonly contradictions: readonly Contradiction[];
  readonly warnings: readonly Warning[];
}

/**
 * Puts a patient in the vocabulary's terms. A term named twice is one finding: present wins, with the greater
 * intensity, the more recent onset and the longer duration; it is history only where every mention is. A term both present
 * and absent is a contradiction, for the caller to refuse. The result does not depend on the findings' order, but for
 * that of the lists.
 */
export function canonicalise(index: NameIndex, reported: ReportedPatient): Canonical {
  const mentions = new Map<number, ReportedFinding[]>();
  const unknown: ReportedFinding[] = [];
  const warnings: Warning[] = [];
  for (const finding of reported.findings) {
    const found = resolve(index, finding.name);
    if (found === undefined) {
      unknown.push(finding);
      continue;
    }
    const term = termAt(index, found.term);
    if (found.obsolete) warnings.push(obsoleteTerm(term, finding.pointer));
    const same = mentions.get(found.term);
    if (same === undefined) {
      mentions.set(found.term, [finding]);
    } else {
      warnings.push(duplicateFinding(term, finding.pointer));
      same.push(finding);
    }
  }
  const findings: Finding[] = [];
  const contradictions: Contradiction[] = [];
  for (const [term, same] of mentions) {
    const { id, es, en } = termAt(index, term);
    findings.push(merge(id, term, same));
    if (new Set(same.map((finding) => finding.present)).size > 1)
      contradictions.push({ label: { es, en }, pointers: same.map((finding) => finding.pointer) });
  }
  const { age, gender, vitals } = reported;
  const isNamed = findings.some(({ id, present }) => present && PREGNANCY.includes(id));
  const told = isNamed || reported.pregnant;
  const slip = told ? impossiblePregnancy(reported) : undefined;
  if (slip) warnings.push(slip);
  const pregnant = slip ? undefined : told;
  return {
    patient: { findings, age, gender, vitals, ...(pregnant !== undefined && { pregnant }) },
    unknown,
    contradictions,
    warnings,
  };
}

/**
 * A stored patient in the terms of this vocabulary: places of terms are those of the vocabulary of then. A term that is gone
 * is left out; of two that are one by now the present one stays.
 */
export function inPresentTerms(index: NameIndex, patient: Patient): Patient {
  const findings = new Map<number, Finding>();
  for (const finding of patient.findings) {
    const term = resolve(index, finding.id)?.term;
    if (term === undefined || (findings.has(term) && !finding.present)) continue;
    findings.set(term, { ...finding, term, id: termAt(index, term).id });
  }
  return { ...patient, findings: [...findings.values()] };
}

function merge(id: string, term: number, same: readonly ReportedFinding[]): Finding {
  const present = same.some((finding) => finding.present);
  const pick = (key: 'intensity' | 'onset' | 'duration', choose: (...values: number[]) => number) => {
    const values = same
      .filter((finding) => finding.present === present)
      .flatMap((finding) => finding[key] ?? []);
    return values.length > 0 && { [key]: choose(...values) };
  };
  return {
    id,
    term,
    present,
    ...(same.every((finding) => finding.history) && { history: true as const }),
    ...pick('intensity', Math.max),
    // The more recent: what began today may be an emergency.
    ...pick('onset', Math.min),
    ...pick('duration', Math.max),
  };
}

function termAt({ vocabulary: { terms } }: NameIndex, index: number): Term {
  const term = terms[index];
  if (term === undefined) throw new RangeError(`no term ${index}`);
  return term;
}

const obsoleteTerm = ({ id, es, en }: Term, pointer: string): Warning => ({
  code: 'OBSOLETE_TERM',
  message: {
    es: `La HPO ha retirado este código; se ha usado el que lo sustituye, «${es}» (${id}).`,
    en: `HPO has retired this code; the one that replaces it, "${en}" (${id}), was used.`,
  },
  pointer,
});

const duplicateFinding = ({ es, en }: Term, pointer: string): Warning => ({
  code: 'DUPLICATE_FINDING',
  message: {
    es: `El hallazgo «${es}» se ha indicado más de una vez; se cuenta una sola, con la mayor intensidad.`,
    en: `The finding "${en}" was given more than once; it counts once, with the greatest intensity.`,
  },
  pointer,
});

/** Findings that say the same as the field `pregnant`. */
const PREGNANCY: readonly string[] = ['CEN:embarazo', 'CEN:embarazo_mas_20_semanas'];

/** Years, inclusive: outside them a pregnancy is a slip of the pen. Ours. */
const FERTILE = { from: 10, to: 60 };

/** A pregnancy that cannot be is told, and left out: it may switch no score or rule off. */
function impossiblePregnancy({ age, gender }: ReportedPatient): Warning | undefined {
  const implausible = (message: Localised): Warning => ({
    code: 'IMPLAUSIBLE_COMBINATION',
    message,
    pointer: '/pregnant',
  });
  if (gender === 'M')
    return implausible({
      es: 'Se ha indicado embarazo en un paciente de sexo masculino; compruebe ambos datos. No se tiene en cuenta.',
      en: 'Pregnancy was given for a male patient; check both. It is not taken into account.',
    });
  if (age < FERTILE.from || age > FERTILE.to)
    return implausible({
      es: `Se ha indicado embarazo a los ${age} años; compruebe ambos datos. No se tiene en cuenta.`,
      en: `Pregnancy was given at the age of ${age}; check both. It is not taken into account.`,
    });
  return undefined;
}
