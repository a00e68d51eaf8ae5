import { createCipheriv, timingSafeEqual } from 'node:crypto';
import type { VerificationTask } from '../verification-task.js';
import { derive, leftOver, type ScryptCost } from './scrypt.js';

/** A hash to be verified, and the cost that it must seem to have. Bytes are Base64. */
export interface ScryptParameters {
  readonly form: 'typed' | 'normalized';
  readonly hash: ScryptCost;
  readonly usual: ScryptCost;
  readonly salt: string;
  readonly digest: string;
  /** Firebase's: the digest is this key, encrypted by what scrypt derives. */
  readonly signerKey?: string;
}

/** Runs in a worker thread: blocks for the whole work. */
export default function verify(task: VerificationTask<ScryptParameters>): boolean {
  const { form, hash, usual, salt, digest, signerKey } = task.parameters;
  const [saltBytes, expected] = [Buffer.from(salt, 'base64'), Buffer.from(digest, 'base64')];
  const found =
    signerKey === undefined
      ? derive(task[form], saltBytes, hash, expected.length)
      : encrypt(Buffer.from(signerKey, 'base64'), derive(task[form], saltBytes, hash, 32));
  const isRight = found.length === expected.length && timingSafeEqual(found, expected);
  if (!isRight) for (const part of leftOver(hash, usual)) derive('', saltBytes, part, 32);
  return isRight;
}

/** AES-256 in counter mode from zero: each key, made of a salt of its own, encrypts one text only. */
function encrypt(text: Buffer, key: Buffer): Buffer {
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(text);
}
