export { actingAs, type ActingAsOptions } from './auth/acting-as.js';
export {
  describeRateLimitStore,
  type RateLimitStoreSuite,
} from './contract/describe-rate-limit-store.js';
export type { StoreSetUp, StoreSuite } from './contract/store-suite.js';
export { describeTokenStore, type TokenStoreSuite } from './contract/describe-token-store.js';
export {
  describeUserAdapter,
  type UserAdapterSetUp,
  type UserAdapterSuite,
} from './contract/describe-user-adapter.js';
export type { TestFramework } from './contract/test-framework.js';
export {
  CapturedEvents,
  type CapturedEventsWait,
  type EmailChangeTokens,
  type NextEventOptions,
} from './events/captured-events.js';
export { listenersSettled } from './events/listeners-settled.js';
export { CountingPasswordHasher } from './hashers/counting.password-hasher.js';
export {
  FastPasswordHasher,
  type FastPasswordHasherOptions,
} from './hashers/fast.password-hasher.js';
export type { MemoryUserIds } from './memory/memory-ids.js';
export { MemoryUserAdapter, type MemoryUserAdapterOptions } from './memory/memory.user-adapter.js';
export { MemoryTokenStore } from './sessions/memory.token-store.js';
export { usersTestingOptions } from './module/users-testing-options.js';
