import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What this process holds, in MB: what nobody can reach any more does not count. */
export function liveHeap(): number {
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
