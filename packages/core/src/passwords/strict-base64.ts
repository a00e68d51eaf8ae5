/**
 * The bytes of Base64 without padding, if the text is exactly what their encoding gives: no other
 * letters, no bits to spare, one text for one value.
 */
export function bytesOf(base64: string): Buffer | undefined {
  const bytes = Buffer.from(base64, 'base64');
  return base64Of(bytes) === base64 ? bytes : undefined;
}

/** Base64 without padding. */
export function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}
