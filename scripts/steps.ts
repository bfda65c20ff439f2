/** The steps of a test run, one after the other, and their sum. */

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

export interface Step {
  readonly title: string;
  /** Runs the step to its end; its exit code. */
  readonly run: () => number;
  /** The tests that it ran, from its report. A report that cannot be read throws: the runner died. */
  readonly counts?: () => Counts;
}

/** Runs them all, whatever fails, and prints the sum as the last line. A failed step without a failed test counts as one. */
export function runSteps(steps: readonly Step[]): Counts {
  const counts = steps.map(runStep);
  const sum = (key: keyof Counts) => counts.reduce((total, count) => total + count[key], 0);
  const total = { passed: sum('passed'), failed: sum('failed') };
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  return total;
}

function runStep({ title, run, counts }: Step): Counts {
  console.log(`\n== ${title}`);
  const status = attempt(run) ?? 1;
  const counted = counts === undefined ? NONE : attempt(counts);
  const { passed, failed } = counted ?? NONE;
  if (status === 0 && counted !== undefined && failed === 0) return { passed, failed };
  console.log(`== ${title}: failed`);
  return { passed, failed: Math.max(failed, 1) };
}

const NONE: Counts = { passed: 0, failed: 0 };

/** The result; undefined, with its message printed, where it throws. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return undefined;
  }
}
