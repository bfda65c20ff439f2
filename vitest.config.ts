import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // One line a request would bury the report; the tests that read log or metrics turn them on.
    env: { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' },
    // Starting a server or loading the models takes seconds where other jobs share the cores.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // `npm run test:deploy` runs these, with a configuration of its own.
    exclude: [...configDefaults.exclude, 'test/deploy/**'],
    coverage: {
      provider: 'v8',
      include: ['lambdas/**/*.ts'],
      reporter: ['text', 'json-summary'],
      reportsDirectory: 'build/coverage',
      thresholds: { lines: 90 },
    },
  },
});
