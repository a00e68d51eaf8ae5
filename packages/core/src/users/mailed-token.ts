import type { PurposeTokens } from '../tokens/purpose-tokens.js';
import type { UserAdapter } from './user.adapter.js';
import type { BaseUser } from './user.js';

/** The row that a token from a mail names, as long as it is still as the token knows it. */
export async function rowOfToken<U extends BaseUser>(
  adapter: UserAdapter<U>,
  tokens: PurposeTokens,
  token: string,
): Promise<U | null> {
  const claims = tokens.read(token);
  const id = claims && adapter.parseId(claims.subject);
  const row = id === undefined ? null : await adapter.findById(id);
  return claims && row && tokens.fits(claims, row) ? row : null;
}
