import { afterAll, beforeAll, describe, it } from 'vitest';
import { MemoryTokenStore } from '../sessions/memory.token-store.js';
import { describeTokenStore } from './describe-token-store.js';

describeTokenStore({
  name: 'MemoryTokenStore',
  framework: { describe, it, beforeAll, afterAll },
  setUp: () => ({ store: new MemoryTokenStore() }),
});
