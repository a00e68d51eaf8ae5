import { readFileSync } from 'node:fs';

// Sums up the results of `VITEST_REPORT=file npm test`: node tools/test-summary.mjs file

/**
 * @typedef {{ status: string }} Assertion
 * @typedef {{ name: string, status: string, assertionResults: Assertion[] }} TestFile
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

const failed = report.numFailedTests + broken.length;
if (report.numPendingTests > 0) console.log(`${report.numPendingTests} skipped`);
console.log(`${report.numPassedTests} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
