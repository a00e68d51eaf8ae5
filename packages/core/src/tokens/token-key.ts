import type { KeyObject } from 'node:crypto';

/**
 * How tokens can be signed: with a shared secret (`HS256`), RSA (`RS256`), the curve P-256 (`ES256`) or
 * Ed25519 (`EdDSA`; RFC 7518, 3.1 and RFC 8037, 3.1).
 *
 * @publicApi
 */
export type JwtAlgorithm = 'HS256' | 'RS256' | 'ES256' | 'EdDSA';

/** A key that signs tokens or checks them, for one algorithm and no other (RFC 8725, 3.1). */
export interface TokenKey {
  /** Its name in the header of tokens (`kid`). Secrets may have none: they are tried one by one. */
  readonly id?: string;
  readonly algorithm: JwtAlgorithm;
  /** Absent where a key only checks. */
  readonly signing?: KeyObject;
  readonly verifying: KeyObject;
}

/** A key that signs. */
export type SigningKey = TokenKey & { readonly signing: KeyObject };

/** The key made of a shared secret. */
export function sharedKey(key: KeyObject, id?: string): SigningKey {
  return { algorithm: 'HS256', signing: key, verifying: key, ...(id !== undefined && { id }) };
}
