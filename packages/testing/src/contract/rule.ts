import type { StoreUnderTest } from './store-under-test.js';

/** Declares one rule of the contract as one test, which begins with an empty store. */
export type Rule = (title: string, check: (store: StoreUnderTest) => Promise<void>) => void;
