import { createHmac, hkdfSync, type KeyObject } from 'node:crypto';
import { canonicalEmail } from '../users/email.js';

const PURPOSE = 'nestjs-users:security-log';

/** 64 bits: enough to tell accounts apart, of which somebody wants to find one again. */
const HEX_DIGITS = 16;

/**
 * Makes names for what was typed as address. With a key, because addresses can be guessed: a plain
 * digest tells whoever has the log which ones they are. All processes of one configuration agree.
 */
export function accountDigests(secret: KeyObject): (email: string) => string {
  const key = Buffer.from(hkdfSync('sha256', secret, '', PURPOSE, 32));
  return (email) =>
    createHmac('sha256', key)
      .update(canonicalEmail(email) ?? email)
      .digest('hex')
      .slice(0, HEX_DIGITS);
}
