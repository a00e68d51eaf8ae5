import { hash, randomBytes } from 'node:crypto';

/** 256 random bits, without a meaning: 43 characters that any header, cookie and URL carries unchanged. */
export function newOpaqueToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Whether a text has the form of {@link newOpaqueToken}: nothing else is worth a look-up. */
export function isOpaqueToken(text: unknown): text is string {
  return typeof text === 'string' && /^[\w-]{43}$/.test(text);
}

/** 128 random bits: the name of a session, which opens no door. */
export function newSessionId(): string {
  return randomBytes(16).toString('hex');
}

/** Whether a text has the form of {@link newSessionId}, in its one spelling. */
export function isSessionId(text: unknown): text is string {
  return typeof text === 'string' && /^[\da-f]{32}$/.test(text);
}

/** What a store knows a credential by. Its 256 random bits need no salt and no slow hash. */
export function digestOf(secret: string): string {
  return hash('sha256', secret, 'hex');
}
