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
export function withRetries<T>(
  columns: UserColumns,
  work: () => Promise<T>,
  tries?: number,
): Promise<T> {
  return retryConflicts(() => translated(columns, work), tries);
}

/** Lets only translated errors out. */
export async function translated<T>(columns: UserColumns, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translate(error, columns);
  }
}

/**
 * Runs work again as long as it throws {@link TransactionConflict}.
 *
 * @throws ServiceUnavailableError after the last try
 */
export async function retryConflicts<T>(
  work: () => Promise<T>,
  tries: number = MAX_TRIES,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TransactionConflict)) throw error;
      if (attempt >= tries) {
        throw new ServiceUnavailableError(1, 'Other transactions were in the way.');
      }
      await sleep(Math.random() * JITTER_MS * attempt);
    }
  }
}
