import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Whether processes can be bound to a core here: then server and load do not share one. */
export const CAN_PIN = spawnSync('taskset', ['-c', '1', 'true']).status === 0;

/** The core of a server under saturation by cheap requests, and the one of the load. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

/** A command of this package, bound to a core where that is wanted and can be done. */
export function command(
  script: string,
  { core, args = [] }: { core?: number | undefined; args?: readonly string[] } = {},
): [string, string[]] {
  const words = [join(import.meta.dirname, '..', script), ...args];
  return CAN_PIN && core !== undefined
    ? ['taskset', ['-c', String(core), process.execPath, ...words]]
    : [process.execPath, words];
}
