import type { Patient } from './types.ts';

/** Who alone can have a condition, by its texts; twin of `broad/people.py`. */
export interface Limits {
  readonly onlySex?: 'F' | 'M';
  /** Years under which nobody has it. */
  readonly onlyFrom?: number;
  /** Years from which nobody has it. */
  readonly onlyBelow?: number;
}

/** Whether the patient's sex and age leave the condition possible; gender O excludes nothing. */
export const canHave = (
  { gender, age }: Pick<Patient, 'gender' | 'age'>,
  { onlySex, onlyFrom = 0, onlyBelow }: Limits,
): boolean =>
  (onlySex === undefined || gender === 'O' || gender === onlySex) &&
  age >= onlyFrom &&
  (onlyBelow === undefined || age < onlyBelow);
