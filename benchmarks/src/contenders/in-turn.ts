import { redisPrefix } from '../databases/redis.js';
import { freshDatabase } from '../databases/database.js';
import { ServerProcess } from '../processes/server-process.js';
import { check } from './check.js';
import { type Contender, type Field, fieldName } from './contender.js';
import type { Series } from './series.js';

/** How it is measured. */
export interface Turns<R> {
  readonly rounds: number;
  /** The core of the servers; all cores by default. */
  readonly core?: number;
  /** A run that does not count: code that has never run is slow. */
  warmUp?(server: ServerProcess): Promise<unknown>;
  measure(server: ServerProcess, contender: Contender): Promise<R>;
}

/** Every contender has its turn in every round: what the machine does meanwhile happens to all. */
export async function inTurn<R>(
  field: Field,
  contenders: readonly Contender[],
  { rounds, core, warmUp, measure }: Turns<R>,
): Promise<Series<R>[]> {
  const place = fieldName(field);
  return withServers(field, contenders, core, async (servers) => {
    for (const server of servers) await warmUp?.(server);
    const series = contenders.map(({ name, script }) => ({
      place,
      ...field,
      name,
      script,
      runs: [] as R[],
    }));
    for (let round = 1; round <= rounds; round++) {
      for (const [index, contender] of contenders.entries()) {
        const server = servers[index];
        if (server) series[index]?.runs.push(await measure(server, contender));
      }
      console.error(`${place}: round ${round} of ${rounds}`);
    }
    return series;
  });
}

/** Servers with a database each, checked; both are gone afterwards. */
export async function withServers<T>(
  { platform, database: kind }: Field,
  contenders: readonly Contender[],
  core: number | undefined,
  work: (servers: ServerProcess[]) => Promise<T>,
): Promise<T> {
  const cleanUps: (() => Promise<void>)[] = [];
  const servers: ServerProcess[] = [];
  try {
    for (const contender of contenders) {
      const database = await freshDatabase(kind);
      const redis = redisPrefix();
      cleanUps.push(() => database.drop());
      if (contender.env?.['TOKEN'] === 'redis') cleanUps.push(() => redis.drop());
      const env = { PLATFORM: platform, ...database.env, ...redis.env, ...contender.env };
      const server = await ServerProcess.start(contender.script, env, core);
      servers.push(server);
      await check(contender, server);
    }
    return await work(servers);
  } finally {
    for (const server of servers) await server.stop();
    for (const cleanUp of cleanUps) await cleanUp();
  }
}
