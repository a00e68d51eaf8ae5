import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceUnavailableError } from '@nestjs-users/core';
import { TransactionConflict, translate } from './driver-errors.js';

const TRIES = 4;
const JITTER_MS = 30;

/**
 * Runs a statement or a transaction, again if another transaction was in the way, and lets only
 * translated errors out.
 *
 * @throws ServiceUnavailableError after the last try
 */
export async function withRetries<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const translated = translate(error);
      if (!(translated instanceof TransactionConflict)) throw translated;
      if (attempt === TRIES) {
        throw new ServiceUnavailableError(1, 'Other transactions were in the way.');
      }
      await sleep(Math.random() * JITTER_MS * attempt);
    }
  }
}
