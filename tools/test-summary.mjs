import { readFileSync } from 'node:fs';

// Sums up the results of `VITEST_REPORT=file npm test`: node tools/test-summary.mjs file

/**
 * @typedef {{ status: string }} Assertion
 * @typedef {{ name: string, status: string, startTime: number, endTime: number, assertionResults: Assertion[] }} TestFile
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, testResults: TestFile[] }} Report
 */

/** @type {Report} */
const report = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));

// A file that could not be loaded has failed without a failed test.
const broken = report.testResults.filter(
  ({ status, assertionResults }) =>
    status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
);
for (const { name } of broken) console.log(`failed as a whole: ${name}`);

// The parts run one after the other. CI has the short form of the faults, for which ten minutes are enough.
/** @param {TestFile} file */
const partOf = ({ name }) => /\/e2e\/(faults|timing)\//.exec(name)?.[1] ?? 'stories';
for (const part of ['stories', 'faults', 'timing']) {
  const files = report.testResults.filter((file) => partOf(file) === part);
  const from = Math.min(...files.map(({ startTime }) => startTime));
  const to = Math.max(...files.map(({ endTime }) => endTime));
  if (files.length > 0) console.log(`${part}: ${Math.round((to - from) / 1000)} s`);
}

const failed = report.numFailedTests + broken.length;
if (report.numPendingTests > 0) console.log(`${report.numPendingTests} skipped`);
console.log(`${report.numPassedTests} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
