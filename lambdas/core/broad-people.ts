import type { Patient } from './types.ts';

/** Who alone can have a condition, by its texts; twin of `broad/people.py`. */
export interface Limits {
  readonly onlySex?: 'F' | 'M';
  /** Years from which nobody has it. */
  readonly onlyBelow?: number;
}

/** Whether the patient's sex and age leave the condition possible; gender O excludes nothing. */
export const canHave = (
  { gender, age }: Pick<Patient, 'gender' | 'age'>,
  { onlySex, onlyBelow }: Limits,
): boolean =>
  (onlySex === undefined || gender === 'O' || gender === onlySex) &&
  (onlyBelow === undefined || age < onlyBelow);
