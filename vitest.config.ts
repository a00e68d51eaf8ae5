import { defineConfig } from 'vitest/config';

/** Where CI wants the results as JSON as well, for tools/test-summary.mjs. */
const outputFile = process.env['VITEST_REPORT'];

const common = {
  setupFiles: ['reflect-metadata'],
  testTimeout: 30_000,
  hookTimeout: 60_000,
};

export default defineConfig({
  test: {
    reporters: outputFile ? ['default', ['json', { outputFile }]] : ['default'],
    projects: [
      {
        test: {
          ...common,
          name: 'stories',
          include: [
            'packages/*/src/**/*.spec.ts',
            'e2e/**/*.e2e-spec.ts',
            'sample/*/e2e/**/*.e2e-spec.ts',
          ],
          exclude: ['e2e/timing/**', 'e2e/faults/**', '**/node_modules/**'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Each stops servers of its own, and watches what becomes of a load meanwhile.
        test: {
          ...common,
          name: 'faults',
          include: ['e2e/faults/**/*.e2e-spec.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // What is told by the clock is told alone, after everything else.
        test: {
          ...common,
          name: 'timing',
          include: ['e2e/timing/**/*.e2e-spec.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
