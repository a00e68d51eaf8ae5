import { createHmac, type KeyObject, sign } from 'node:crypto';
import { SECRET } from './host.js';

/** What a token says. */
export type Claims = Record<string, unknown>;

/** Makes the signature of the first two parts of a token. */
export type Signer = (input: string) => Buffer | string;

export const JWT_HEADER = { alg: 'HS256', typ: 'JWT' };

/** Signs with a shared secret. */
export function hmac(secret: string | Buffer = SECRET, digest = 'sha256'): Signer {
  return (input) => createHmac(digest, secret).update(input).digest();
}

/** Signs with a private key. */
export function signedBy(
  key: KeyObject,
  digest: string | null,
  options: { readonly padding?: number; readonly saltLength?: number } = {},
): Signer {
  return (input) =>
    sign(digest, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363', ...options });
}

/** Puts a token together; header and payload are objects, or texts and bytes that go in as they are. */
export function forge(header: unknown, payload: unknown, signer: Signer = hmac()): string {
  const input = `${part(header)}.${part(payload)}`;
  const signature = signer(input);
  return `${input}.${typeof signature === 'string' ? signature : signature.toString('base64url')}`;
}

/** The claims of a token, whoever signed it. */
export function claimsOf(token: string): Claims {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Claims;
}

function part(value: unknown): string {
  const isText = typeof value === 'string' || Buffer.isBuffer(value);
  return Buffer.from(isText ? value : JSON.stringify(value)).toString('base64url');
}
