import type { Answer } from './client.js';

/** Passwords of stories contain this word, so that it can be searched for. */
export const CANARY = 'CANARY';

let counter = 0;

/** A good password that no other story has. */
export function newPassword(): string {
  return `pw-${CANARY}-${++counter}-horse`;
}

/** An address that no other story has. */
export function newEmail(name = 'anna'): string {
  return `${name}${++counter}@example.org`;
}

/** Internals that no answer may show. */
export const INTERNALS =
  /hashedPassword|securityStamp|canonicalEmail|hashed_password|\$bcrypt|\$2[aby]\$|QueryFailedError|SQLITE_|(?<![\w.-])ER_[A-Z]+|at .+\.[jt]s:\d+|node_modules|SELECT |INSERT /;

/** Fails if an answer shows internals, or a log or an answer a password. */
export function assertNoLeak(answers: readonly Answer[], log: readonly string[]): void {
  for (const { text, status } of answers) {
    const found = INTERNALS.exec(text)?.[0] ?? (text.includes(CANARY) ? CANARY : undefined);
    if (found) throw new Error(`An answer (${status}) shows "${found}": ${text.slice(0, 500)}`);
  }
  const line = log.find((text) => text.includes(CANARY));
  if (line) throw new Error(`A password was logged: ${line.slice(0, 2000)}`);
}
