import { KeyRing } from '../tokens/key-ring.js';
import type { TokenKey } from '../tokens/token-key.js';

/** The public keys of another service. */
export interface VerificationKeys {
  /**
   * The keys that a token of this key id may be signed with.
   *
   * @throws ServiceUnavailableError if nobody knows, for the service cannot be asked
   */
  ringFor(keyId: string | undefined): Promise<KeyRing>;
}

/** Keys that stand in the configuration. */
export class ConfiguredKeys implements VerificationKeys {
  readonly #ring: KeyRing;

  constructor(keys: readonly TokenKey[]) {
    this.#ring = new KeyRing(keys);
  }

  async ringFor(): Promise<KeyRing> {
    return this.#ring;
  }
}
