import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

/** Git ignores it. */
export const ENV_FILE = join(import.meta.dirname, '..', '.env');

/**
 * For this sample alone, so that it starts without preparation: at the first start, makes the
 * secrets that the environment lacks and keeps them in a file that only its owner can read. In
 * production, take them from where you keep secrets.
 */
export function localSecrets(): Record<string, string> {
  const missing = ['AUTH_SECRET', 'RESET_PASSWORD_SECRET'].filter((name) => !process.env[name]);
  if (missing.length === 0) return {};
  const made = missing.map((name) => [name, randomBytes(48).toString('base64url')] as const);
  const lines = made.map(([name, secret]) => `\n${name}=${secret}`).join('');
  appendFileSync(ENV_FILE, `${lines}\n`, { mode: 0o600 });
  console.log(
    `Made ${missing.join(' and ')} in ${ENV_FILE}: fine for a trial, not for production.`,
  );
  return Object.fromEntries(made);
}
