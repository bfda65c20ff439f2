/** A bar on a terminal, once it is worth one. */
export function createProgress(total: number): (done: number) => void {
  const startedAt = performance.now();
  let shownAt = startedAt + 1_900;
  return (done) => {
    const now = performance.now();
    if (!process.stderr.isTTY || now - shownAt < 100) return;
    shownAt = now;
    const filled = Math.round((30 * done) / total);
    const left = Math.ceil(((now - startedAt) / done) * (total - done) * 1e-3);
    const bar = '█'.repeat(filled) + '░'.repeat(30 - filled);
    process.stderr.write(`\r${bar} ${done}/${total}, ${left} s left \x1b[K${done === total ? '\n' : ''}`);
  };
}
