import { FetchError, fetchText } from '../outbound/fetch-text.js';

/** A range has some 2 000 lines of 40 bytes; what is longer is no range. */
const MAX_RANGE_BYTES = 1024 * 1024;

/** `<35 hexadecimal digits>:<how often it was seen>` */
const LINE = /^([0-9a-f]{35}):(\d{1,15})$/i;

/** The list of leaked passwords has not answered, or not what such a list answers. */
export class RangeUnavailableError extends Error {}

/**
 * Asks for all leaked passwords whose SHA-1 digest begins with five digits, and looks for the rest of
 * one digest among them: nobody outside learns which one was wanted.
 *
 * @param timeoutMs - for all of it, from the look-up of the name to the last byte
 * @throws RangeUnavailableError
 */
export async function isInRange(range: URL, rest: string, timeoutMs: number): Promise<boolean> {
  const text = await readRange(range, timeoutMs);
  const lines = text
    .trim()
    .split(/\r?\n/)
    .map((line) => LINE.exec(line));
  if (lines.includes(null)) throw new RangeUnavailableError('the answer is no list of digests');
  // Lines with the count 0 are padding.
  return lines.some((line) => line?.[1]?.toUpperCase() === rest && Number(line[2]) > 0);
}

async function readRange(range: URL, timeoutMs: number): Promise<string> {
  const headers = { 'Add-Padding': 'true' };
  try {
    return await fetchText(range, { maxBytes: MAX_RANGE_BYTES, timeoutMs, headers });
  } catch (error) {
    if (error instanceof FetchError) throw new RangeUnavailableError(error.message);
    throw error;
  }
}
