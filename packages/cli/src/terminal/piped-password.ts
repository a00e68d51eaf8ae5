import { UsageError } from '../cli.errors.js';

/** More than any policy accepts. */
const MAX_BYTES = 64 * 1024;

/**
 * Reads one password from standard input: all of it, but for one line end at its end.
 *
 * @throws UsageError for what cannot be meant: nothing, several lines, no text
 */
export async function readPassword(stdin: AsyncIterable<unknown>): Promise<string> {
  const text = decode(await read(stdin)).replace(/\r?\n$/, '');
  if (text === '') {
    throw new UsageError(
      'Standard input holds no password. Pipe it in, or leave --password-stdin out to be asked.',
    );
  }
  if (/[\r\n]/.test(text)) {
    throw new UsageError('Standard input holds more than one line. Pipe in the password alone.');
  }
  return text;
}

async function read(stdin: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk as Buffer | string);
    chunks.push(bytes);
    length += bytes.length;
    if (length > MAX_BYTES) {
      throw new UsageError(
        'Standard input is too long for a password. Pipe in the password alone.',
      );
    }
  }
  return Buffer.concat(chunks);
}

/** Bytes that are no text would be replaced in silence, and nobody could log in with them. */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError('Standard input is not UTF-8 text. Pipe in the password as UTF-8.');
  }
}
