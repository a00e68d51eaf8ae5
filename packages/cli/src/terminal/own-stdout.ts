import type { Terminal } from './terminal.js';

/**
 * Runs something with the process's standard output kept for the command's answer: what the
 * application prints there meanwhile (`console.log`, a logger) goes to standard error, so that
 * scripts can read the answer.
 */
export async function withOwnStdout<T>(work: (terminal: Terminal) => Promise<T>): Promise<T> {
  const { stdin, stdout, stderr } = process;
  const original = stdout.write;
  // Told to whoever waits for the write: unheard, `list | head` would end in a stack trace.
  const ignore = (): void => {};
  stdout.on('error', ignore);
  stdout.write = stderr.write.bind(stderr);
  try {
    return await work({ stdin, stdout: { write: original.bind(stdout) }, stderr });
  } finally {
    stdout.write = original;
    stdout.off('error', ignore);
  }
}
