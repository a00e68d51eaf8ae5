import { pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import type { VerificationTask } from '../verification-task.js';

/** A hash to be verified, and the iterations that it must seem to have. */
export interface Pbkdf2Parameters {
  readonly iterations: number;
  readonly usual: number;
  readonly salt: string;
  /** Base64. */
  readonly digest: string;
}

/** PBKDF2 with HMAC-SHA-256. Runs in a worker thread: blocks for the whole work. */
export default function verify({ typed, parameters }: VerificationTask<Pbkdf2Parameters>): boolean {
  const { iterations, usual, salt, digest } = parameters;
  const expected = Buffer.from(digest, 'base64');
  const isRight = timingSafeEqual(derive(typed, salt, iterations, expected.length), expected);
  if (!isRight && usual > iterations) derive(typed, salt, usual - iterations, expected.length);
  return isRight;
}

function derive(password: string, salt: string, iterations: number, length: number): Buffer {
  return pbkdf2Sync(password, salt, iterations, length, 'sha256');
}
