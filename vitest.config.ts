import { defineConfig } from 'vitest/config';

/** Where CI wants the results as JSON as well, for tools/test-summary.mjs. */
const outputFile = process.env['VITEST_REPORT'];

const common = {
  setupFiles: ['reflect-metadata'],
  testTimeout: 30_000,
  hookTimeout: 60_000,
};

/** The long form of the faults, as `npm run faults` has it. */
const isLong = process.env['FAULTS'] === 'long';
/** What they change is in processes of their own: files can share what they have loaded. */
const faults = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  isolate: false,
  globalSetup: 'e2e/faults/harness/template.ts',
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
        // Each stops servers of its own, and watches what becomes of a load meanwhile: mostly it waits, so
        // that some of them take little more time than one. The long form is judged on a quiet machine.
        test: {
          ...common,
          ...faults,
          name: 'faults',
          include: ['e2e/faults/rows/*.e2e-spec.ts'],
          maxWorkers: isLong ? 1 : 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Those that are judged by milliseconds have the machine for themselves.
        test: {
          ...common,
          ...faults,
          name: 'faults-measured',
          include: ['e2e/faults/measured/*.e2e-spec.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // What is told by the clock is told alone, after everything else.
        test: {
          ...common,
          name: 'timing',
          include: ['e2e/timing/**/*.e2e-spec.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
