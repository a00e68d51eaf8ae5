/**
 * The four functions that the contract suite needs of a test runner. Vitest's, Jest's, Mocha's and
 * Jasmine's fit as they are (Mocha calls two of them `before` and `after`, as `node:test` does).
 * They are handed over rather than imported, so that this package brings no runner along.
 *
 * @example
 * import { after, before, describe, it } from 'node:test';
 * const framework: TestFramework = { describe, it, beforeAll: before, afterAll: after };
 * @publicApi
 */
export interface TestFramework {
  describe(title: string, body: () => void): unknown;
  it(title: string, body: () => Promise<void>): unknown;
  beforeAll(body: () => Promise<void>): unknown;
  afterAll(body: () => Promise<void>): unknown;
}
