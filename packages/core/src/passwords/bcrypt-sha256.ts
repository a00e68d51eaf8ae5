import { compareSync, genSaltSync, hashSync } from 'bcryptjs';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { PasswordForms } from './verification-task.js';

/**
 * bcrypt over HMAC-SHA-256, in the format of Python's passlib (`bcrypt_sha256`, version 2), so that
 * nothing is cut at bcrypt's 72 bytes and other systems can read the hashes:
 *
 *     $bcrypt-sha256$v=2,t=2b,r=<rounds>$<salt, 22 characters>$<digest, 31 characters>
 *
 * The key of the HMAC is the salt: a table of plain SHA-256 digests of common passwords is of no
 * use against it. Plain `$2a$`, `$2b$` and `$2y$` hashes from elsewhere are verified too.
 */
const WRAPPED = /^\$bcrypt-sha256\$v=2,t=2b,r=(\d{1,2})\$([./A-Za-z0-9]{22})\$([./A-Za-z0-9]{31})$/;
const PLAIN = /^\$2[aby]\$(\d{2})\$[./A-Za-z0-9]{53}$/;

/** bcrypt's own limits; above 16, one hash takes seconds and a forged row would block a worker. */
const MIN_ROUNDS = 4;
const MAX_ROUNDS = 16;

/** Runs on a worker thread: blocks for the whole work. */
export function hashPassword(password: string, rounds: number): string {
  const salt = genSaltSync(rounds);
  const bcrypt = hashSync(preHash(password, salt.slice(-22)), salt);
  return `$bcrypt-sha256$v=2,t=2b,r=${rounds}$${bcrypt.slice(-53, -31)}$${bcrypt.slice(-31)}`;
}

/**
 * Runs on a worker thread. Always costs `2 ** rounds`: a hash that cannot be read is replaced by a
 * dummy, and after a cheaper hash the rest is worked off in vain.
 */
export function verifyPassword(
  password: PasswordForms,
  storedHash: string,
  rounds: number,
): boolean {
  const cost = costOf(storedHash);
  if (cost === undefined) {
    burn(rounds);
    return false;
  }
  const isRight = compare(password, storedHash);
  if (!isRight) topUp(cost, rounds);
  return isRight;
}

/** The cost of a hash, or `undefined` if it is none that can be verified here. */
export function costOf(storedHash: string): number | undefined {
  const text = (WRAPPED.exec(storedHash) ?? PLAIN.exec(storedHash))?.[1];
  const cost = Number(text);
  return cost >= MIN_ROUNDS && cost <= MAX_ROUNDS ? cost : undefined;
}

/** Whether a hash is what {@link hashPassword} makes with these rounds. */
export function isCurrent(storedHash: string, rounds: number): boolean {
  return Number(WRAPPED.exec(storedHash)?.[1]) === rounds;
}

/** Ours are made of the normalised password; plain ones come from systems that hash what was typed. */
function compare({ normalized, typed }: PasswordForms, storedHash: string): boolean {
  const [, rounds, salt, digest] = WRAPPED.exec(storedHash) ?? [];
  if (!rounds || !salt || !digest) return compareSync(typed, storedHash);
  const bcrypt = hashSync(preHash(normalized, salt), `$2b$${rounds.padStart(2, '0')}$${salt}`);
  return timingSafeEqual(Buffer.from(bcrypt.slice(-31)), Buffer.from(digest));
}

function preHash(password: string, salt: string): string {
  return createHmac('sha256', salt).update(password, 'utf8').digest('base64');
}

/** 2^cost is done; 2^cost + 2^(cost+1) + … + 2^(rounds-1) more make 2^rounds together. */
function topUp(cost: number, rounds: number): void {
  for (let step = cost; step < rounds; step++) burn(step);
}

function burn(rounds: number): void {
  hashSync(randomBytes(16).toString('base64'), genSaltSync(rounds));
}
