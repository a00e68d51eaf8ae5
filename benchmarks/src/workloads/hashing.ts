import {
  BETTER_AUTH,
  type Contender,
  type Field,
  HAND_WRITTEN,
  HASHER,
  having,
  LIBRARY,
} from '../contenders/contender.js';
import { inTurn } from '../contenders/in-turn.js';
import type { Series } from '../contenders/series.js';
import type { Run } from '../load/run.js';
import { LoadProcess } from '../processes/load-process.js';
import type { ServerProcess } from '../processes/server-process.js';
import { rounds, seconds } from '../settings.js';
import type { Target } from '../report/section.js';
import { TARGETS } from './targets.js';
import { ratioTo } from './throughput.js';

/** Less than the queue of one worker holds: nobody is refused. */
const CONNECTIONS = 8;

const TWO_WORKERS = 'two workers';

/** Logins or registrations, as many as are hashed. Where several platforms would show the same, one is enough. */
export async function hashing(ask: 'login' | 'register'): Promise<Series<Run>[]> {
  const usual = ask === 'login' ? 5 : 3;
  const everybody = [HASHER, HAND_WRITTEN, LIBRARY, BETTER_AUTH];
  const all: Series<Run>[] = [];
  const meetings = [
    { field: fieldOf('bcrypt, cost 10'), contenders: using('bcrypt-10', everybody) },
    { field: fieldOf('Argon2id'), contenders: using('argon2id', everybody) },
    ...(ask === 'login' ? [twoWorkers()] : []),
  ];
  for (const { field, contenders } of meetings) {
    all.push(...(await measured(field, contenders, ask, rounds(usual))));
  }
  return all;
}

function twoWorkers() {
  const contenders = using('argon2id', [HASHER, LIBRARY]);
  return {
    field: fieldOf(`Argon2id, ${TWO_WORKERS}`),
    contenders: contenders.map((each) => having(each, { WORKERS: '2' })),
  };
}

function measured(field: Field, contenders: Contender[], ask: 'login' | 'register', count: number) {
  const turn = (server: ServerProcess, duration: number) =>
    server.script === 'hasher'
      ? hasherTurn(server, ask, duration)
      : loadTurn(server, ask, duration);
  return inTurn(field, contenders, {
    rounds: count,
    warmUp: (server) => turn(server, Math.min(1, seconds(1))),
    measure: (server) => turn(server, seconds(3)),
  });
}

async function hasherTurn({ ready }: ServerProcess, ask: string, duration: number): Promise<Run> {
  const path = ask === 'login' ? 'verify' : 'hash';
  const query = `seconds=${duration}&inFlight=${CONNECTIONS}`;
  return (await (await fetch(`${ready.origin}/${path}?${query}`)).json()) as Run;
}

function loadTurn(server: ServerProcess, ask: 'login' | 'register', duration: number) {
  const { origin } = server.ready;
  const load = { origin, ask: server.ask(ask), connections: CONNECTIONS, seconds: duration };
  return LoadProcess.start('closed-loop', load).run;
}

function fieldOf(note: string): Field {
  return { platform: 'fastify', database: 'postgres', note };
}

function using(hasher: string, contenders: Contender[]): Contender[] {
  return contenders.map((contender) => having(contender, { HASHER: hasher }));
}

export function hashingTargets(id: string, what: string, all: readonly Series<Run>[]): Target[] {
  return all.flatMap((series) => {
    const ratio = ratioTo('hasher', series, all);
    if (series.script !== 'library' || series.place.endsWith(TWO_WORKERS) || !ratio) return [];
    const note = series.place.split(', ').slice(2).join(' ').toLowerCase().replaceAll(' ', '-');
    return [
      {
        id: `${id}-${note}`,
        what: `${what} (${series.place}), a second, to the hasher alone`,
        atLeast: TARGETS.ofHasher,
        measured: ratio,
      },
    ];
  });
}

export const HASHING_TEXT = `Algorithm and cost are the same for all: bcrypt by bcryptjs with cost 10, and Argon2id by @node-rs/argon2 with 19 MiB, two passes and one lane. Hand-written code and Better Auth (by its \`password\` option) call bcryptjs on the event loop, and Argon2id in libuv's pool, which takes all cores. This library hashes on threads of its own and leaves one core to the event loop; on this machine's two cores that is **one worker** unless \`workers\` says otherwise. **The hasher alone** is \`BcryptPasswordHasher\` or \`Argon2PasswordHasher\` with as many workers in a process without HTTP. ${CONNECTIONS} connections, less than the queue of one worker holds; limits of attempts are off everywhere. Nothing is bound to a core.`;
