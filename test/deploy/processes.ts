/** Processes that do not outlive this one, whatever ends it. */

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

const running = new Set<ChildProcess>();

process.once('exit', () => {
  for (const child of running) kill(child, 'SIGKILL');
});
// Without a listener a signal ends the process with its 'exit' left out; and a test's process is not to wait for orders
// from a parent that has gone.
for (const end of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect']) process.once(end, () => process.exit(1));

/** Starts a command as the leader of a group: what it starts in its turn ends with it. */
export function launch(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(command, args, { ...options, detached: true });
  running.add(child);
  return child;
}

/** Runs a command to its end. @throws Error where it fails, or takes longer than `ms`. */
export async function run(
  command: string,
  args: readonly string[],
  { ms, ...options }: SpawnOptions & { readonly ms: number },
): Promise<void> {
  const words = [command, ...args].join(' ');
  console.log(`$ ${words}`);
  const child = launch(command, args, { stdio: 'inherit', ...options });
  const timer = setTimeout(() => kill(child, 'SIGKILL'), ms);
  try {
    const [code, signal] = await once(child, 'exit');
    if (code !== 0) throw new Error(`${words}: ended with ${code ?? signal}`);
  } finally {
    clearTimeout(timer);
    running.delete(child);
  }
}

/** Ends a process that {@link launch} started, and its group; at once where it does not go by itself. */
export async function end(child: ChildProcess, graceMs = 3_000): Promise<void> {
  const timer = setTimeout(() => kill(child, 'SIGKILL'), graceMs);
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    kill(child, 'SIGTERM');
    await exited;
  }
  clearTimeout(timer);
  // Its workers may still be there.
  kill(child, 'SIGKILL');
  running.delete(child);
}

function kill({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended.
  }
}
