/** What was asked for did not come; the message says why, for a log. */
export class FetchError extends Error {}

/** Options of {@link fetchText}. */
export interface FetchTextOptions {
  /** A longer answer is none. */
  readonly maxBytes: number;
  /** For all of it, from the look-up of the name to the last byte, in milliseconds. */
  readonly timeoutMs: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The text that a server answers with status 200. Follows no redirects: where they lead, nobody has
 * configured.
 *
 * @throws FetchError for everything else
 */
export async function fetchText(
  url: URL,
  { maxBytes, timeoutMs, headers = {} }: FetchTextOptions,
): Promise<string> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      headers: { 'User-Agent': 'nestjs-users', ...headers },
      redirect: 'error',
      signal,
    });
    if (response.status === 200 && response.body) return await readText(response.body, maxBytes);
    await response.body?.cancel();
    throw new FetchError(`the status is ${response.status}`);
  } catch (error) {
    if (error instanceof FetchError) throw error;
    throw new FetchError(signal.aborted ? 'it did not answer in time' : causeOf(error));
  }
}

async function readText(body: NonNullable<Response['body']>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    // Leaving the loop closes the connection.
    if (size > maxBytes) throw new FetchError('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** `fetch` says little itself, and hides in its cause what the network said. */
function causeOf(error: unknown): string {
  const { cause, message } = error as Error;
  const { code, message: detail } = (cause ?? {}) as { code?: string; message?: string };
  return [code, detail].filter(Boolean).join(': ') || message;
}
