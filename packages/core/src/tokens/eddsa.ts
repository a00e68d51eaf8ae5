import { sign, verify } from 'node:crypto';
import { parseObject } from './plain-token.js';
import type { TokenDemands } from './token-demands.js';
import type { SigningKey, TokenKey } from './token-key.js';

/**
 * A JWT signed with Ed25519 (RFC 8037), which `jsonwebtoken` does not know. Signed and checked on the
 * thread of the caller, some 0.1 ms each: the thread pool is for slower things.
 */
export function signEdDsa(payload: object, { id, signing }: SigningKey): string {
  const header = { alg: 'EdDSA', typ: 'JWT', ...(id !== undefined && { kid: id }) };
  const input = [header, payload].map((part) => toBase64Url(JSON.stringify(part))).join('.');
  return `${input}.${toBase64Url(sign(null, Buffer.from(input), signing))}`;
}

/** The payload of a token with a good signature whose time has not run out; `undefined` otherwise. */
export function verifyEdDsa(
  token: string,
  { verifying }: TokenKey,
  { audience, issuer }: TokenDemands,
): Record<string, unknown> | undefined {
  const [header = '', body = '', signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  // One spelling of each token (RFC 7515, 2): decoding forgives what it cannot read.
  if (toBase64Url(bytes) !== signature) return undefined;
  if (!verify(null, Buffer.from(`${header}.${body}`), verifying, bytes)) return undefined;
  const payload = parseObject(body);
  if (!payload) return undefined;
  const { exp, nbf, aud, iss } = payload;
  const now = Date.now() / 1000;
  if (typeof exp !== 'number' || exp <= now) return undefined;
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= now)) return undefined;
  if (![aud].flat().includes(audience)) return undefined;
  return issuer === undefined || iss === issuer ? payload : undefined;
}

function toBase64Url(value: string | Buffer): string {
  return Buffer.from(value).toString('base64url');
}
