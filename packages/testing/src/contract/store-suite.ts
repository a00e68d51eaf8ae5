import type { TestFramework } from './test-framework.js';

/** What the `setUp` of a suite that judges a store makes. @publicApi */
export interface StoreSetUp<Store> {
  /** The store to judge. The suite uses keys and subjects that nobody else has. */
  readonly store: Store;
  /** A second store on the same data with connections of its own, as a second process has. Default: the same. */
  readonly other?: Store;
  /** Runs after the last test. */
  readonly tearDown?: () => unknown;
}

/** What a suite that judges a store is told. @publicApi */
export interface StoreSuite<Store> {
  /** Title of the suite. */
  readonly name: string;
  /** The test runner's functions. */
  readonly framework: TestFramework;
  /** Makes the store, once, before the first test. */
  readonly setUp: () => StoreSetUp<Store> | Promise<StoreSetUp<Store>>;
}

/** Sets up before the first test and tears down after the last one; hands over both stores. */
export function useStores<Store>(
  { framework, setUp }: StoreSuite<Store>,
  take: (store: Store, other: Store) => void,
): void {
  let tearDown: StoreSetUp<Store>['tearDown'];
  framework.beforeAll(async () => {
    const made = await setUp();
    ({ tearDown } = made);
    take(made.store, made.other ?? made.store);
  });
  framework.afterAll(async () => {
    await tearDown?.();
  });
}
