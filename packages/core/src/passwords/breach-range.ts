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
  const text = await readRange(range, AbortSignal.timeout(timeoutMs));
  const lines = text
    .trim()
    .split(/\r?\n/)
    .map((line) => LINE.exec(line));
  if (lines.includes(null)) throw new RangeUnavailableError('the answer is no list of digests');
  // Lines with the count 0 are padding.
  return lines.some((line) => line?.[1]?.toUpperCase() === rest && Number(line[2]) > 0);
}

async function readRange(range: URL, signal: AbortSignal): Promise<string> {
  try {
    const response = await fetch(range, {
      headers: { 'Add-Padding': 'true', 'User-Agent': 'nestjs-users' },
      redirect: 'error',
      signal,
    });
    if (response.status === 200 && response.body) return await readText(response.body);
    await response.body?.cancel();
    throw new RangeUnavailableError(`the status is ${response.status}`);
  } catch (error) {
    if (error instanceof RangeUnavailableError) throw error;
    throw new RangeUnavailableError(signal.aborted ? 'it did not answer in time' : causeOf(error));
  }
}

async function readText(body: NonNullable<Response['body']>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    // Leaving the loop closes the connection.
    if (size > MAX_RANGE_BYTES) throw new RangeUnavailableError('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('latin1');
}

/** `fetch` says little itself, and hides in its cause what the network said. */
function causeOf(error: unknown): string {
  const { cause, message } = error as Error;
  const { code, message: detail } = (cause ?? {}) as { code?: string; message?: string };
  return [code, detail].filter(Boolean).join(': ') || message;
}
