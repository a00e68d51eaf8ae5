/** The longest password, in Unicode code points: a bound on work, far above what people choose. @publicApi */
export const MAX_PASSWORD_CODE_POINTS = 128;

/** The longest password in bytes of UTF-8. @publicApi */
export const MAX_PASSWORD_BYTES = 1024;

/**
 * The form of a password that is judged and hashed: Unicode NFKC, so that the same password typed
 * on two keyboards is the same (NIST SP 800-63B-4, 3.1.1.2). Nothing is trimmed or folded.
 *
 * `undefined` for text that no hash must ever be made of: longer than
 * {@link MAX_PASSWORD_CODE_POINTS} or {@link MAX_PASSWORD_BYTES}, or with a lone surrogate (all of
 * which share one encoding in UTF-8, so that different passwords would become one).
 */
export function normalizePassword(password: string): string | undefined {
  // An application's own model may let `null` through.
  if (typeof password !== 'string') return undefined;
  if (password.length > MAX_PASSWORD_BYTES || !password.isWellFormed()) return undefined;
  const normalized = password.normalize('NFKC');
  if (Buffer.byteLength(normalized) > MAX_PASSWORD_BYTES) return undefined;
  return codePoints(normalized) > MAX_PASSWORD_CODE_POINTS ? undefined : normalized;
}

/** The length of a text in Unicode code points: an emoji counts one. */
export function codePoints(text: string): number {
  return [...text].length;
}
