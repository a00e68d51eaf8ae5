import {
  BETTER_AUTH,
  type Contender,
  HAND_WRITTEN,
  having,
  LIBRARY,
} from '../contenders/contender.js';
import { inTurn } from '../contenders/in-turn.js';
import type { Series } from '../contenders/series.js';
import { LoadProcess } from '../processes/load-process.js';
import type { ServerProcess } from '../processes/server-process.js';
import { rounds, seconds } from '../settings.js';
import { postgresFields } from './fields.js';
import { type Pair, isolationPanels, isolationTable, isolationTargets } from './isolation.js';
import type { Workload } from './workload.js';

const CLIENTS = 16;
const RATE = 50;

const CONTENDERS: Contender[] = [
  having(HAND_WRITTEN, { HASHER: 'bcrypt-10' }, 'hand-written, bcrypt 10'),
  having(LIBRARY, { HASHER: 'bcrypt-12' }, 'this library, bcrypt 12 (default)'),
  having(LIBRARY, { HASHER: 'argon2id' }, 'this library, Argon2id'),
  having(BETTER_AUTH, { HASHER: 'own' }, 'Better Auth, scrypt (default)'),
];

export const isolation: Workload<Series<Pair>[]> = {
  id: 'w4',
  title: 'Who am I, while others log in',

  async measure() {
    const all: Series<Pair>[] = [];
    for (const field of postgresFields()) {
      all.push(...(await inTurn(field, CONTENDERS, { rounds: rounds(3), measure: quietAndBusy })));
    }
    return all;
  },

  describe: (all) => ({
    text: `Latency of W1 at ${RATE} requests a second, first quiet, then while ${CLIENTS} clients log in without a pause. The rate is kept whatever the server does, and each time counts from the moment when the request was to be sent; what is not answered ten seconds after the last one was sent counts with the time until then. Hand-written code hashes by bcryptjs with a cost of 10, as Nest's documentation has it: a quarter of the work of this library's default. Percentiles are of all rounds together, their spread of the rounds. Nothing is bound to a core: event loop, hashes, database and load share two.`,
    tables: [isolationTable(all)],
    targets: isolationTargets(all),
    panels: isolationPanels(all),
  }),
};

async function quietAndBusy(server: ServerProcess): Promise<Pair> {
  const { origin } = server.ready;
  const me = { origin, ask: server.ask('me'), rate: RATE, seconds: seconds(3) };
  const quiet = await LoadProcess.start('open-loop', me).run;
  const clients = LoadProcess.start('closed-loop', {
    origin,
    ask: server.ask('login'),
    connections: CLIENTS,
    seconds: 3600,
  });
  // Until all of them wait for a hash.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const busy = await LoadProcess.start('open-loop', me).run;
  // Hashes that are left over would disturb whose turn is next.
  const { perSecond, refused } = await clients.stop();
  return { quiet, busy, loginsPerSecond: perSecond, loginsRefused: refused };
}
