import { Logger } from '@nestjs/common';
import { RareWarnings } from '../logging/rare-warnings.js';
import { FetchError, fetchText } from '../outbound/fetch-text.js';
import { keyOfJwk } from '../tokens/jwk.js';
import { KeyRing } from '../tokens/key-ring.js';
import { ServiceUnavailableError } from '../users/users.errors.js';
import type { VerificationKeys } from './verification-keys.js';

/** Some hundred keys; what is longer is no list of keys. */
const MAX_BYTES = 256 * 1024;

/** Tokens with invented key ids must not make this service ask all the time. */
const COOLDOWN_MS = 10_000;

/** When published keys are read. */
export interface PublishedKeysRules {
  /** After so long they are read again, while the known ones still count. */
  readonly maxAgeMs: number;
  /** After so long without an answer they count no more. */
  readonly maxStaleMs: number;
  readonly timeoutMs: number;
}

/**
 * Keys that another service publishes (RFC 7517, 5), read when they are needed, and again when they
 * are old or a token names one that is not known. While that service is away, the known ones count.
 */
export class PublishedKeys implements VerificationKeys {
  #ring = new KeyRing([]);
  #ids: ReadonlySet<string | undefined> = new Set();
  #readAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #problem: string | undefined;
  #reading: Promise<void> | undefined;
  readonly #warnings = new RareWarnings(new Logger('UsersVerifierModule'), 60);

  constructor(
    private readonly uri: URL,
    private readonly rules: PublishedKeysRules,
  ) {}

  async ringFor(keyId: string | undefined): Promise<KeyRing> {
    const age = performance.now() - this.#readAt;
    const isKnown = this.#ids.has(keyId) && age < this.rules.maxStaleMs;
    if (isKnown && age < this.rules.maxAgeMs) return this.#ring;
    const reading = this.#read();
    if (isKnown) return this.#ring;
    await reading;
    if (this.#ids.has(keyId) && performance.now() - this.#readAt < this.rules.maxStaleMs) {
      return this.#ring;
    }
    // A good token of a new key, or an invented one: nobody can tell.
    if (this.#problem !== undefined) throw this.#unavailable();
    return this.#ring;
  }

  /** Never rejects. One at a time; after it, not again for a while. */
  #read(): Promise<void> {
    if (this.#reading) return this.#reading;
    if (performance.now() - this.#triedAt < COOLDOWN_MS) return Promise.resolve();
    this.#triedAt = performance.now();
    this.#reading = this.#fetch().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #fetch(): Promise<void> {
    try {
      const headers = { Accept: 'application/jwk-set+json, application/json' };
      const { timeoutMs } = this.rules;
      const keys = keysOf(await fetchText(this.uri, { maxBytes: MAX_BYTES, timeoutMs, headers }));
      this.#ring = new KeyRing(keys);
      this.#ids = new Set(keys.map(({ id }) => id));
      this.#readAt = performance.now();
      this.#problem = undefined;
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      this.#problem = error.message;
      this.#warnings.warn(`The keys at ${this.uri.href} could not be read: ${error.message}`);
    }
  }

  #unavailable(): ServiceUnavailableError {
    const detail = `No key to check a token with, for ${this.uri.href}: ${this.#problem}.`;
    return new ServiceUnavailableError(undefined, detail);
  }
}

/** @throws FetchError if the text is no list of keys, or has none that fits */
function keysOf(text: string) {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new FetchError('the answer is no JSON');
  }
  const { keys } = (document ?? {}) as { keys?: unknown };
  if (!Array.isArray(keys)) throw new FetchError('the answer has no list of keys');
  return keys.flatMap((jwk) => keyOfJwk(jwk) ?? []);
}
