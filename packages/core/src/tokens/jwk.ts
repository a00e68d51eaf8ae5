import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { keyProblem } from './jwt-keys.js';
import type { JwtAlgorithm, TokenKey } from './token-key.js';

/** A public key as JSON (RFC 7517), with its name. @publicApi */
export interface PublicJwk {
  readonly kid: string;
  readonly alg: JwtAlgorithm;
  readonly use: 'sig';
  /** Kind of key: `RSA`, `EC` or `OKP`. The other parameters depend on it. */
  readonly kty: string;
  readonly [parameter: string]: string;
}

/** The public halves of keys; of a shared secret there is none. */
export function publicJwks(keys: readonly TokenKey[]): PublicJwk[] {
  return keys.flatMap(({ id, algorithm, verifying }) => {
    if (id === undefined || verifying.type !== 'public') return [];
    const parameters = verifying.export({ format: 'jwk' }) as Record<string, string>;
    return [{ ...parameters, kid: id, alg: algorithm, use: 'sig' } as PublicJwk];
  });
}

/** A published key that fits one algorithm of ours; `undefined` for the others, which may stand beside it. */
export function keyOfJwk(jwk: unknown): TokenKey | undefined {
  if (typeof jwk !== 'object' || jwk === null) return undefined;
  const { kid, use, kty, crv, alg } = jwk as Record<string, unknown>;
  if (typeof kid !== 'string' || (use !== undefined && use !== 'sig')) return undefined;
  const algorithm = ALGORITHM_OF[`${String(kty)} ${kty === 'RSA' ? '' : String(crv)}`];
  // RFC 9864 writes Ed25519 for what RFC 8037 calls EdDSA.
  const named = alg === 'Ed25519' ? 'EdDSA' : (alg ?? algorithm);
  if (!algorithm || named !== algorithm) return undefined;
  try {
    const verifying = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
    return keyProblem(algorithm, verifying) ? undefined : { id: kid, algorithm, verifying };
  } catch {
    return undefined;
  }
}

const ALGORITHM_OF: Readonly<Record<string, JwtAlgorithm>> = {
  'RSA ': 'RS256',
  'EC P-256': 'ES256',
  'OKP Ed25519': 'EdDSA',
};
