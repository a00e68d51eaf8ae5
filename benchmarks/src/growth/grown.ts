import { having, LIBRARY } from '../contenders/contender.js';
import { withServers } from '../contenders/in-turn.js';
import type { Run } from '../load/run.js';
import { LoadProcess } from '../processes/load-process.js';
import { LOAD_CORE, SERVER_CORE } from '../processes/pinned.js';
import type { ServerProcess } from '../processes/server-process.js';
import type { AskName } from '../servers/ready.js';
import { rounds, seconds, settings } from '../settings.js';

/** One question to one table, by round. */
export interface Grown {
  readonly size: number;
  readonly ask: AskName;
  readonly runs: Run[];
}

export const ASKS: readonly AskName[] = [
  'me',
  'meStored',
  'login',
  'byEmail',
  'firstPage',
  'deepPage',
];

/** All questions to all tables, in turn. */
export async function growthIn(): Promise<Grown[]> {
  const { sizes } = settings;
  const contenders = sizes.map((size) =>
    having(LIBRARY, { TOKEN: 'both', GENERATE: 'true', USERS: String(size) }),
  );
  const field = { platform: 'fastify', database: 'postgres' } as const;
  return withServers(field, contenders, SERVER_CORE, async (servers) => {
    for (const server of servers) for (const ask of ASKS) await turn(server, ask);
    const all = ASKS.flatMap((ask) => sizes.map((size): Grown => ({ size, ask, runs: [] })));
    for (let round = 1; round <= rounds(); round++) {
      for (const { size, ask, runs } of all) {
        const server = servers[sizes.indexOf(size)];
        if (server) runs.push(await turn(server, ask));
      }
      console.error(`growth: round ${round} of ${rounds()}`);
    }
    return all;
  });
}

function turn(server: ServerProcess, name: AskName): Promise<Run> {
  const { origin } = server.ready;
  const load = { origin, ask: server.ask(name), connections: 1, seconds: seconds(1) };
  return LoadProcess.start('closed-loop', load, LOAD_CORE).run;
}
