import { hashPassword, verifyPassword } from './bcrypt-sha256.js';

/** What the worker is asked to do. */
export type BcryptTask =
  | { readonly kind: 'hash'; readonly password: string; readonly rounds: number }
  | {
      readonly kind: 'verify';
      readonly password: string;
      readonly storedHash: string;
      readonly rounds: number;
    };

/** Runs in a worker thread of {@link HashingPool}. */
export default function run(task: BcryptTask): string | boolean {
  return task.kind === 'hash'
    ? hashPassword(task.password, task.rounds)
    : verifyPassword(task.password, task.storedHash, task.rounds);
}
