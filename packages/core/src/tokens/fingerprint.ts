import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new security stamp: 128 random bits in lower-case hexadecimal digits. */
export function newSecurityStamp(): string {
  return randomBytes(16).toString('hex');
}

/**
 * A short digest of values that a token is bound to: when one of them changes, the token is dead.
 * It tells nothing about them, the stamp among them being 128 random bits.
 */
export function fingerprint(...values: string[]): string {
  return hash('sha256', JSON.stringify(values), 'base64url').slice(0, 22);
}

/** Compares two digests in a time that does not depend on where they differ. */
export function isSameFingerprint(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
