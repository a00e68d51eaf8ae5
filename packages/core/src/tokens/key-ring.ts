import jwt from 'jsonwebtoken';
import { signEdDsa, verifyEdDsa } from './eddsa.js';
import { plainHeader } from './plain-token.js';
import type { TokenDemands } from './token-demands.js';
import type { JwtAlgorithm, SigningKey, TokenKey } from './token-key.js';

/** Several keys as one: the first signs, all of them verify. */
export class KeyRing {
  readonly #named: ReadonlyMap<string, TokenKey>;
  readonly #nameless: readonly TokenKey[];

  constructor(private readonly keys: readonly TokenKey[]) {
    const named = keys.filter(({ id }) => id !== undefined);
    this.#named = new Map(named.map((key) => [key.id as string, key]));
    this.#nameless = keys.filter(({ id }) => id === undefined);
  }

  all(): readonly TokenKey[] {
    return this.keys;
  }

  /** Each one once. */
  get algorithms(): JwtAlgorithm[] {
    return [...new Set(this.keys.map(({ algorithm }) => algorithm))];
  }

  sign(payload: object): string {
    const key = this.keys[0] as SigningKey;
    if (key.algorithm === 'EdDSA') return signEdDsa(payload, key);
    return jwt.sign(payload, key.signing, {
      algorithm: key.algorithm,
      ...(key.id !== undefined && { keyid: key.id }),
    });
  }

  /** The payload of a token that one of the keys has signed; `undefined` for anything else. */
  verify(token: unknown, demands: TokenDemands): Record<string, unknown> | undefined {
    if (typeof token !== 'string') return undefined;
    for (const key of this.#candidates(token)) {
      const payload = verifyWith(key, token, demands);
      if (payload) return payload;
    }
    return undefined;
  }

  /**
   * The key that verifies a token. Where several could, it is the one that does; where none does, one
   * that will not.
   */
  keyOf(token: string, demands: TokenDemands): TokenKey | undefined {
    const candidates = this.#candidates(token);
    if (candidates.length < 2) return candidates[0];
    return candidates.find((key) => verifyWith(key, token, demands)) ?? candidates[0];
  }

  /**
   * The key that the header names, for the algorithm that is the key's own: what the header says of it
   * can only be wrong. Names that nobody has given count for nothing.
   */
  #candidates(token: string): readonly TokenKey[] {
    const header = plainHeader(token);
    if (!header) return [];
    const { algorithm, keyId } = header;
    const named = keyId === undefined ? undefined : this.#named.get(keyId);
    return (named ? [named] : this.#nameless).filter((key) => key.algorithm === algorithm);
  }
}

/** What `jsonwebtoken` and `passport-jwt` are asked; their own types are not installed everywhere. */
export interface VerifyOptions extends TokenDemands {
  readonly algorithms: Exclude<JwtAlgorithm, 'EdDSA'>[];
  readonly ignoreExpiration: false;
}

/** For libraries that check by themselves: no leeway for the expiry. */
export function verifyOptions(
  { audience, issuer }: TokenDemands,
  algorithms: JwtAlgorithm[],
): VerifyOptions {
  return {
    algorithms: algorithms.filter((algorithm) => algorithm !== 'EdDSA'),
    audience,
    ignoreExpiration: false,
    ...(issuer !== undefined && { issuer }),
  };
}

function verifyWith(
  key: TokenKey,
  token: string,
  demands: TokenDemands,
): Record<string, unknown> | undefined {
  if (key.algorithm === 'EdDSA') return verifyEdDsa(token, key, demands);
  try {
    const options = verifyOptions(demands, [key.algorithm]) as jwt.VerifyOptions;
    const payload = jwt.verify(token, key.verifying, options);
    return payload as Record<string, unknown>;
  } catch (error) {
    if (error instanceof jwt.JsonWebTokenError) return undefined;
    throw error;
  }
}
