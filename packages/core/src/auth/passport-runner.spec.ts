import { expect, it } from 'vitest';
import type { OriginalRequest } from '../events/users.events.js';
import { runPassportStrategy } from './passport-runner.js';

const request: OriginalRequest = { method: 'GET', url: '/', headers: {} };

it('TK-17: what an asynchronous strategy throws is its answer, and leaves no rejection behind', async () => {
  const strategy = {
    authenticate: async (): Promise<void> => {
      throw new Error('The directory is down.');
    },
  };
  await expect(runPassportStrategy(strategy, request)).rejects.toThrow('The directory is down.');
});

it('a synchronous throw is the answer too', async () => {
  const strategy = {
    authenticate: (): void => {
      throw new Error('The directory is down.');
    },
  };
  await expect(runPassportStrategy(strategy, request)).rejects.toThrow('The directory is down.');
});
