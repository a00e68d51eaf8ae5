import { ServiceUnavailableError } from '@nestjs-users/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionConflict, translate } from './driver-errors.js';
import type { UserColumns } from './user-table.js';

const MAX_TRIES = 4;
const JITTER_MS = 30;

/**
 * Runs a statement or a transaction, again if another transaction was in the way, and lets only
 * translated errors out. A part of somebody else's transaction is not for us to repeat: `tries` is 1.
 *
 * @throws ServiceUnavailableError after the last try
 */
export async function withRetries<T>(
  columns: UserColumns,
  work: () => Promise<T>,
  tries = MAX_TRIES,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const translated = translate(error, columns);
      if (!(translated instanceof TransactionConflict)) throw translated;
      if (attempt >= tries) {
        throw new ServiceUnavailableError(1, 'Other transactions were in the way.');
      }
      await sleep(Math.random() * JITTER_MS * attempt);
    }
  }
}
