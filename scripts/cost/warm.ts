/** How much provisioned concurrency a stage's schedule keeps, on average. */

import type { StageConfig } from '../../lib/config.ts';

const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const HOURS_A_WEEK = 7 * 24;

/**
 * Warm functions, averaged over the week, to the hour.
 *
 * @throws Error for crons that name days of the month, or months.
 */
export function averageWarm(warm: StageConfig['warm']): number {
  if (warm === undefined) return 0;
  const { min, max } = warm;
  const [from, to] = [hoursOf(warm.from), hoursOf(warm.to)];
  let now = min;
  let sum = 0;
  // The first week only finds out what holds at the second's beginning.
  for (let hour = 0; hour < 2 * HOURS_A_WEEK; hour++) {
    const ofWeek = hour % HOURS_A_WEEK;
    if (from.has(ofWeek)) now = max;
    if (to.has(ofWeek)) now = min;
    if (hour >= HOURS_A_WEEK) sum += now;
  }
  return sum / HOURS_A_WEEK;
}

/** Hours of the week, from Sunday's first on, at which a cron rings. */
function hoursOf(cron: string): ReadonlySet<number> {
  const [, hours = '', days = ''] = /^cron\(\d+ (\S+) [*?] \* (\S+) \*\)$/.exec(cron) ?? [];
  const named = days.replace(/[A-Z]{3}/g, (day) => String(DAYS.indexOf(day)));
  const [ofDay, ofWeek] = [members(hours, 24), members(named, 7)];
  if (ofDay.length === 0 || ofWeek.length === 0)
    throw new Error(
      `warm: given ${cron}; the cost is known of cron(M HOURS ? * DAYS *) alone, such as cron(0 6-19 ? * MON-FRI *)`,
    );
  return new Set(ofWeek.flatMap((day) => ofDay.map((hour) => day * 24 + hour)));
}

/** The numbers of a cron's field below `end`; none where it cannot be read. */
function members(field: string, end: number): number[] {
  if (field === '*' || field === '?') return [...Array(end).keys()];
  if (!/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(field)) return [];
  return field.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return [...Array(end).keys()].filter((number) => number >= first && number <= last);
  });
}
