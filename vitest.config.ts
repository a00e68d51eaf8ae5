import { defineConfig } from 'vitest/config';

/** Where CI wants the results as JSON as well, for tools/test-summary.mjs. */
const outputFile = process.env['VITEST_REPORT'];

export default defineConfig({
  test: {
    include: [
      'packages/*/src/**/*.spec.ts',
      'e2e/**/*.e2e-spec.ts',
      'sample/*/e2e/**/*.e2e-spec.ts',
    ],
    setupFiles: ['reflect-metadata'],
    reporters: outputFile ? ['default', ['json', { outputFile }]] : ['default'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
