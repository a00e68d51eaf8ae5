import { randomBytes } from 'node:crypto';
import { base64Of, bytesOf } from './strict-base64.js';

/** What an Argon2 hash costs. */
export interface Argon2Cost {
  readonly memoryKiB: number;
  readonly iterations: number;
  readonly parallelism: number;
}

/** All that decides how long a hash takes. */
export interface Argon2Kind extends Argon2Cost {
  readonly variant: 'argon2d' | 'argon2i' | 'argon2id';
  readonly version: 16 | 19;
}

/** A hash that has been read. Bytes are Base64: that is cheap to copy to a thread. */
export interface Argon2Hash extends Argon2Kind {
  readonly salt: string;
  readonly digest: string;
}

/** `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<digest>`: the PHC string format, without optional data. */
const PHC =
  /^\$(argon2(?:id|i|d))\$(?:v=(16|19)\$)?m=([1-9]\d{0,6}),t=([1-9]\d{0,3}),p=([1-9]\d?)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,128})$/;

/** Reads a PHC string strictly: `undefined` for everything else, and for what Argon2 forbids. */
export function readArgon2Hash(text: string): Argon2Hash | undefined {
  const [, variant, version = '16', memory, iterations, parallelism, salt, digest] =
    PHC.exec(text) ?? [];
  if (!variant || !salt || !digest || !bytesOf(salt) || !bytesOf(digest)) return undefined;
  const hash = {
    variant: variant as Argon2Hash['variant'],
    version: Number(version) as Argon2Hash['version'],
    memoryKiB: Number(memory),
    iterations: Number(iterations),
    parallelism: Number(parallelism),
    salt,
    digest,
  };
  return hash.memoryKiB >= 8 * hash.parallelism ? hash : undefined;
}

export function writeArgon2Hash(hash: Argon2Hash): string {
  const { variant, version, memoryKiB, iterations, parallelism, salt, digest } = hash;
  return `$${variant}$v=${version}$m=${memoryKiB},t=${iterations},p=${parallelism}$${salt}$${digest}`;
}

/** A hash of this cost to which no password belongs. */
export function argon2Decoy(cost: Argon2Cost): Argon2Hash {
  const [salt, digest] = [base64Of(randomBytes(16)), base64Of(randomBytes(32))];
  return { ...cost, variant: 'argon2id', version: 19, salt, digest };
}

/** Whether a hash demands no more memory and no more work than a cost. */
export function isWithin(hash: Argon2Cost, limit: Argon2Cost): boolean {
  return (
    hash.memoryKiB <= limit.memoryKiB &&
    hash.memoryKiB * hash.iterations <= limit.memoryKiB * limit.iterations
  );
}

/** A limit within which both are, and nothing that demands more than each of them. */
export function greaterOf(a: Argon2Cost, b: Argon2Cost): Argon2Cost {
  const memoryKiB = Math.max(a.memoryKiB, b.memoryKiB);
  const work = Math.max(a.memoryKiB * a.iterations, b.memoryKiB * b.iterations);
  return { ...a, memoryKiB, iterations: work / memoryKiB };
}
