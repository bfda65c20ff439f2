/** What a log may say of a failure: never a message, which may hold what a patient was asked. */

/** One error of a chain of causes. */
export interface LoggedFailure {
  readonly name: string;
  /** `function file:line:column`, innermost first. */
  readonly at: readonly string[];
}

const MAX_CAUSES = 5;
const MAX_FRAMES = 10;
/** `at f (file:1:2)` or `at file:1:2`, of a file or a module of Node. */
const FRAME = /^ {4}at (?:(.+) \()?((?:file:\/\/|node:|\/)[^()]*:\d+:\d+)\)?$/;

/** The error and what caused it, outermost first. */
export function failureForLog(error: unknown): LoggedFailure[] {
  const failures: LoggedFailure[] = [];
  for (let cause = error; cause instanceof Error && failures.length < MAX_CAUSES; cause = cause.cause)
    failures.push({ name: cause.name, at: framesOf(cause) });
  return failures;
}

function framesOf({ message, stack = '' }: Error): string[] {
  // The stack begins with the message, whose lines may look like frames: without finding where it ends, no frames.
  const start = stack.indexOf(message);
  if (start < 0) return [];
  return stack
    .slice(start + message.length)
    .split('\n')
    .flatMap((line) => {
      const [, fn, place] = FRAME.exec(line) ?? [];
      return place === undefined ? [] : [fn === undefined ? place : `${fn} ${place}`];
    })
    .slice(0, MAX_FRAMES);
}
