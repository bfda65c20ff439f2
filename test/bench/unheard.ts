import { writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { devNull } from 'node:os';

/** Thousands of lines of log and metrics would bury the table: they are written, but where nobody reads. */
export async function unheard<T>(run: () => Promise<T>): Promise<T> {
  const nowhere = await open(devNull, 'w');
  const { write } = process.stdout;
  process.stdout.write = (text: string | Uint8Array) => {
    writeSync(nowhere.fd, String(text));
    return true;
  };
  try {
    return await run();
  } finally {
    process.stdout.write = write;
    await nowhere.close();
  }
}
