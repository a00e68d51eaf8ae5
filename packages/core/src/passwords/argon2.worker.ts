import type { Argon2Cost, Argon2Hash } from './argon2-hash.js';
import { hashPassword, verifyPassword } from './argon2.js';
import type { VerificationTask } from './verification-task.js';

/** A hash to be verified, and what is to follow a failure. */
export interface Argon2Parameters {
  readonly hash: Argon2Hash;
  readonly topUp?: Argon2Cost | undefined;
}

/** What the worker is asked to do. */
export type Argon2Task =
  { readonly password: string; readonly cost: Argon2Cost } | VerificationTask<Argon2Parameters>;

/** Runs in a worker thread of {@link HashingPool}. */
export default function run(task: Argon2Task): string | boolean {
  if (!('parameters' in task)) return hashPassword(task.password, task.cost);
  // The hash may be ours or from elsewhere. Most passwords have one form; which one has two depends
  // on the password alone, never on whose it is.
  const forms = [...new Set([task.normalized, task.typed])];
  return verifyPassword(forms, task.parameters.hash, task.parameters.topUp);
}
