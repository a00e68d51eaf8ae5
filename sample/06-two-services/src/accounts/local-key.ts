import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Git ignores it. */
const KEY_FILE = join(import.meta.dirname, '..', '..', 'auth-key.pem');

/**
 * For this sample alone, so that it starts without preparation: makes the private key at the first
 * start. In production, take it from where you keep secrets; every instance signs with the same one.
 */
export function localKey(): string {
  if (!existsSync(KEY_FILE)) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    writeFileSync(KEY_FILE, pem, { mode: 0o600 });
    console.log(`Made a key in ${KEY_FILE}: fine for a trial, not for production.`);
  }
  return readFileSync(KEY_FILE, 'utf8');
}
