import { spawn } from 'node:child_process';
import { once } from 'node:events';

const START_TIMEOUT_MS = 60_000;

/**
 * Starts a program that says "listening on <url>".
 *
 * @param {string} program
 * @param {string} cwd
 */
export async function start(program, cwd) {
  const child = spawn(process.execPath, [program], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  process.once('exit', () => child.kill('SIGKILL'));
  const gone = once(child, 'exit');

  let output = '';
  const url = new Promise((resolve, reject) => {
    /** @param {Buffer} chunk */
    const read = (chunk) => {
      output += chunk;
      const [, listening] = /listening on (\S+)/.exec(output) ?? [];
      if (listening) resolve(listening);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    gone.then(([code]) => reject(new Error(`${program} ended with ${code}\n${output}`)));
    setTimeout(
      () => reject(new Error(`${program} does not listen\n${output}`)),
      START_TIMEOUT_MS,
    ).unref();
  });

  return {
    url: /** @type {string} */ (await url),
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM');
      await gone;
    },
  };
}
