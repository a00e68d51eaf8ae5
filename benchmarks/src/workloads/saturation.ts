import type { Contender, Field } from '../contenders/contender.js';
import { inTurn } from '../contenders/in-turn.js';
import type { Series } from '../contenders/series.js';
import type { Run } from '../load/run.js';
import { LoadProcess } from '../processes/load-process.js';
import { LOAD_CORE, SERVER_CORE } from '../processes/pinned.js';
import type { ServerProcess } from '../processes/server-process.js';
import { rounds, seconds } from '../settings.js';

/** `GET /users/me`, or what Better Auth has of it, as often as a server on one core can answer it. */
export function saturate(field: Field, contenders: readonly Contender[]): Promise<Series<Run>[]> {
  const turn = (server: ServerProcess, duration: number) =>
    LoadProcess.start('saturate', load(server, duration), LOAD_CORE).run;
  return inTurn(field, contenders, {
    rounds: rounds(),
    core: SERVER_CORE,
    warmUp: (server) => turn(server, Math.min(2, seconds(2))),
    measure: (server) => turn(server, seconds(2)),
  });
}

function load(server: ServerProcess, duration: number) {
  const { origin } = server.ready;
  return { origin, ask: server.ask('me'), connections: 32, seconds: duration };
}
