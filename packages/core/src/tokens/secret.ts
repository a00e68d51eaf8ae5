import { createSecretKey, type KeyObject } from 'node:crypto';

/** RFC 7518, 3.2: a key for HS256 has at least 256 bits. */
const MIN_SECRET_BYTES = 32;

/** Texts that stand in tutorials, templates and debuggers: found in any secret that contains them. */
const WELL_KNOWN = [
  'a-string-secret-at-least-256-bits-long',
  'changeit',
  'changeme',
  'change-me',
  'change_me',
  'change this',
  'keyboard cat',
  'my-secret',
  'mysecret',
  'not-so-secret',
  'notsosecret',
  'password',
  'replace-me',
  'replaceme',
  'supersecret',
  'super-secret',
  'super_secret',
  'topsecret',
  'very-secret',
  'your-256-bit-secret',
  'your-secret',
  'yoursecret',
];

/** Fewer different characters than this in 32 or more are a pattern, not a random secret. */
const MIN_DISTINCT = 8;

/**
 * The key made of a configured secret.
 *
 * @param option - name of the option, for the message
 * @throws TypeError if the secret is missing, shorter than 32 bytes, well known or a mere pattern
 */
export function secretKey(option: string, secret: unknown): KeyObject {
  const problem = problemOf(secret);
  if (problem) {
    throw new TypeError(
      `${option} ${problem.replace(/[^?]$/, '$&.')} Make one with: ` +
        `node -e "console.log(require('node:crypto').randomBytes(48).toString('base64url'))" ` +
        'and hand it over by an environment variable.',
    );
  }
  return createSecretKey(Buffer.from(secret as string, 'utf8'));
}

function problemOf(secret: unknown): string | undefined {
  if (secret === '') return 'is missing: the text is empty. Is the environment variable set?';
  if (typeof secret !== 'string') return 'is missing: it must be a string';
  const bytes = Buffer.byteLength(secret);
  if (bytes < MIN_SECRET_BYTES) {
    return `is too short: ${bytes} bytes, and ${MIN_SECRET_BYTES} are needed`;
  }
  const folded = secret.toLowerCase();
  if (WELL_KNOWN.some((text) => folded.includes(text))) return 'is a well-known text';
  if (new Set(secret).size < MIN_DISTINCT) return 'is a pattern of few characters';
  return undefined;
}
