import type { ReadStream } from 'node:tty';

/** A stream to write to, as far as the command needs one. */
export type Writer = Pick<NodeJS.WriteStream, 'write'>;

/** The streams of the process: the answer goes to `stdout`, everything else to `stderr`. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & Partial<Pick<ReadStream, 'isTTY'>>;
  readonly stdout: Writer;
  readonly stderr: Writer;
}

/** Writes, and waits until it is written: what is left in a buffer is lost when the process ends. */
export function write(stream: Writer, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
