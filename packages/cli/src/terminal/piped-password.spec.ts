import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../cli.errors.js';
import { readPassword } from './piped-password.js';

const read = (...chunks: (string | Buffer)[]): Promise<string> =>
  readPassword(Readable.from(chunks.map((chunk) => Buffer.from(chunk))));

describe('a password from standard input', () => {
  it.each([
    ['as it is', ['correct horse'], 'correct horse'],
    ['without the line end of `echo`', ['correct horse\n'], 'correct horse'],
    ['without the line end of Windows', ['correct horse\r\n'], 'correct horse'],
    ['with its white space', [' correct horse \n'], ' correct horse '],
    ['in pieces that end within a character', [Buffer.from([0xc3]), Buffer.from([0xa4])], 'ä'],
  ])('is read %s', async (_how, chunks, password) => {
    expect(await read(...chunks)).toBe(password);
  });

  it.each([
    ['nothing', [''], /holds no password/],
    ['an empty line', ['\n'], /holds no password/],
    ['two lines', ['one\ntwo\n'], /more than one line/],
    ['no text', [Buffer.from([0xff, 0xfe])], /not UTF-8/],
    ['a whole file', Array(100).fill('x'.repeat(1024)), /too long/],
  ])('is not %s', async (_what, chunks, message) => {
    const error: unknown = await read(...(chunks as string[])).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toMatch(message);
  });
});
