import { hashPassword, verifyPassword } from './bcrypt-sha256.js';
import type { VerificationTask } from './verification-task.js';

/** A hash to be verified, and the cost that it must seem to have. */
export interface BcryptParameters {
  readonly storedHash: string;
  readonly rounds: number;
}

/** What the worker is asked to do. */
export type BcryptTask =
  { readonly password: string; readonly rounds: number } | VerificationTask<BcryptParameters>;

/** Runs in a worker thread of {@link HashingPool}. */
export default function run(task: BcryptTask): string | boolean {
  return 'parameters' in task
    ? verifyPassword(task, task.parameters.storedHash, task.parameters.rounds)
    : hashPassword(task.password, task.rounds);
}
