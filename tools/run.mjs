import { spawnSync } from 'node:child_process';

/**
 * Runs a command quietly and answers its standard output; its whole output is shown, and an error
 * thrown, only when it fails.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} [options]
 */
export function run(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    ...options,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  if (status !== 0) {
    throw new Error(`${command} ${args.join(' ')} failed (${status})\n${stdout}\n${stderr}`);
  }
  return stdout;
}
