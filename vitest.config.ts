import { defineConfig } from 'vitest/config';

export default defineConfig({
  // One line a request would bury the report; the tests that read the log turn it on.
  test: {
    env: { POWERTOOLS_LOG_LEVEL: 'SILENT' },
    // Starting a server or loading the models takes seconds where other jobs share the cores.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
