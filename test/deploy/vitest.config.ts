import { defineConfig } from 'vitest/config';

/** `npm run test:deploy`: what installs an emulator and takes minutes. */
export default defineConfig({
  test: {
    include: ['test/deploy/*.test.ts'],
    // One after the other, each with the machine to itself; what the commands print is the progress.
    fileParallelism: false,
    pool: 'forks',
    disableConsoleIntercept: true,
    reporters: ['verbose'],
    env: { POWERTOOLS_LOG_LEVEL: 'SILENT' },
    testTimeout: 30_000,
    hookTimeout: 450_000,
    teardownTimeout: 20_000,
  },
});
