import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import {
  AuthBackend,
  BearerTransport,
  CookieTransport,
  type JwtKey,
  type JwtPublicKey,
  JwtTokenStrategy,
  type TokenStore,
} from '@nestjs-users/core';
import { MemoryTokenStore } from '@nestjs-users/testing';
import type { HostOptions } from './host.js';
import { hmac, signedBy, type Signer } from './forge.js';

export type KeyAlgorithm = 'HS256' | 'RS256' | 'ES256' | 'EdDSA';

/** A named key, and what an attacker who had its private half would sign with. */
export interface TestKey {
  readonly key: JwtKey;
  readonly signer: Signer;
  /** What verifiers are given; absent for a secret. */
  readonly published?: JwtPublicKey;
  readonly publicKey?: KeyObject;
}

const pairs = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
};

export const keyAlgorithms: readonly KeyAlgorithm[] = ['HS256', 'RS256', 'ES256', 'EdDSA'];
export const pairAlgorithms = ['RS256', 'ES256', 'EdDSA'] as const;

/** A fresh key. */
export function newKey(algorithm: KeyAlgorithm, id: string): TestKey {
  if (algorithm === 'HS256') {
    const secret = randomBytes(48).toString('base64url');
    return { key: { id, algorithm, secret }, signer: hmac(secret) };
  }
  const { privateKey, publicKey } = pairs[algorithm]();
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const spki = publicKey.export({ type: 'spki', format: 'pem' }) as string;
  return {
    key: { id, algorithm, privateKey: pem },
    signer: signedBy(privateKey, algorithm === 'EdDSA' ? null : 'sha256'),
    published: { id, algorithm, publicKey: spki },
    publicKey,
  };
}

/** A bearer and a cookie backend with refresh tokens, and a bearer one that stores nothing. */
export function keyedBackends(
  keys: readonly JwtKey[],
  { store = new MemoryTokenStore(), issuer }: { store?: TokenStore; issuer?: string } = {},
): AuthBackend[] {
  const common = { keys, ...(issuer && { issuer }) };
  const strategy = new JwtTokenStrategy({ ...common, store, refresh: { graceSeconds: 600 } });
  return [
    new AuthBackend({
      name: 'jwt',
      transport: new BearerTransport(),
      strategy: new JwtTokenStrategy(common),
    }),
    new AuthBackend({ name: 'mobile', transport: new BearerTransport(), strategy }),
    new AuthBackend({ name: 'web', transport: new CookieTransport(), strategy }),
  ];
}

/** A host whose backends sign with these keys. */
export function signingWith(
  keys: readonly JwtKey[],
  options: { store?: TokenStore; issuer?: string } = {},
): HostOptions {
  return {
    extras: { routes: { refresh: true, jwks: true } },
    options: { backends: keyedBackends(keys, options) },
  };
}
