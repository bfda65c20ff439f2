/** NEWS2, the National Early Warning Score of the Royal College of Physicians (2017), SpO2 scale 1. */
import type { Localised, Source, Vitals } from './types.ts';

/** The seven vital signs that NEWS2 scores. */
export type News2Name = Exclude<keyof Vitals, 'diastolic_bp_mmhg'>;

/** Both limits inclusive, in the parameter's unit; `null` is open. */
interface News2Band {
  readonly score: number;
  readonly min: number | null;
  readonly max: number | null;
}

interface News2Category {
  readonly score: number;
  readonly values: readonly (boolean | string)[];
}

interface News2ParameterBase {
  readonly id: string;
  readonly name: News2Name;
  readonly label: Localised;
  readonly unit: string;
  readonly source: Source;
}

/** A measured parameter with its bands, or one whose values are named. */
export type News2Parameter = News2ParameterBase &
  (
    | { readonly decimals: number; readonly bands: readonly News2Band[] }
    | { readonly categories: readonly News2Category[] }
  );

export interface News2Threshold {
  readonly id: string;
  readonly total_min?: number;
  readonly total_max?: number;
  readonly single_score?: number;
  readonly risk: Localised;
  readonly response?: Localised;
  readonly source: Source;
}

/** `data/clinical/news2.json`. */
export interface News2Chart {
  readonly reviewed_by_clinician: boolean;
  readonly acknowledgement: string;
  readonly parameters: readonly News2Parameter[];
  readonly thresholds: readonly News2Threshold[];
}

export interface News2Score {
  /** 0-20; a lower bound unless `complete`. */
  readonly score: number;
  readonly complete: boolean;
  readonly missing: readonly News2Name[];
  /** What was measured, each 0-3, in the chart's order. */
  readonly parameters: readonly { readonly name: News2Name; readonly score: number }[];
  /** Present when partial: says that the score is a lower bound and what is missing. */
  readonly note?: Localised;
}

/**
 * Scores the vital signs that were measured, findings not counted.
 *
 * For people of 16 and over who are not pregnant: the caller keeps the others away.
 *
 * @returns `null` where none of the seven was measured.
 * @throws {RangeError} where the chart has no place for a value.
 */
export function news2(vitals: Vitals, chart: Pick<News2Chart, 'parameters'>): News2Score | null {
  const parameters: { name: News2Name; score: number }[] = [];
  const unmeasured: News2Parameter[] = [];
  for (const parameter of chart.parameters) {
    const value = vitals[parameter.name];
    if (value === undefined) unmeasured.push(parameter);
    else parameters.push({ name: parameter.name, score: parameterScore(parameter, value) });
  }
  if (parameters.length === 0) return null;
  const score = parameters.reduce((sum, parameter) => sum + parameter.score, 0);
  const complete = unmeasured.length === 0;
  return {
    score,
    complete,
    missing: unmeasured.map((parameter) => parameter.name),
    parameters,
    ...(complete ? {} : { note: lowerBoundNote(score, unmeasured) }),
  };
}

function parameterScore(parameter: News2Parameter, value: number | boolean | string): number {
  const place =
    'bands' in parameter
      ? parameter.bands.find((band) => inBand(Number(value), band, parameter.decimals))
      : parameter.categories.find((category) => category.values.includes(value as boolean | string));
  if (!place) throw new RangeError(`The NEWS2 chart has no place for this ${parameter.name}`);
  return place.score;
}

/** In whole units of the last place that the chart writes, so that 36.05 C is 36.1 and not between two bands. */
function inBand(value: number, { min, max }: News2Band, decimals: number): boolean {
  const units = (x: number) => Math.round(x * 10 ** decimals);
  return (min === null || units(value) >= units(min)) && (max === null || units(value) <= units(max));
}

function lowerBoundNote(score: number, unmeasured: readonly News2Parameter[]): Localised {
  const list = (lang: 'es' | 'en') => unmeasured.map((parameter) => parameter.label[lang]).join(', ');
  return {
    es: `NEWS2 parcial: ${score} es un límite inferior y la puntuación real puede ser mayor. Falta medir: ${list('es')}.`,
    en: `Partial NEWS2: ${score} is a lower bound and the true score may be higher. Not measured: ${list('en')}.`,
  };
}
